#include "verifier/verify.h"

#include <gtest/gtest.h>

#include "decomposer/decompose.h"
#include "decomposer/emit/emit.h"
#include "verifier/temporary_folder.h"

namespace strata {
namespace {

// A model whose weights could not be in memory twice came out as an internal error.
TEST(VerifyFolder, JudgesTheSameWhetherJobsWaitForMemoryOrNot) {
  const TemporaryFolder scratch;
  VerifyOptions options;
  options.model = STRATA_ZOO_DIR "/tied_weights.pt2";
  options.folder = scratch.path() / "out";
  const Decomposition parts = decompose(options.model);
  emit(parts.loaded, parts.normalised, parts.tree, options.folder);
  options.fresh = true;
  options.beyond_weights = 0;
  const Verification apart = verify_folder(options);
  options.beyond_weights = std::uint64_t{1} << 40;
  const Verification together = verify_folder(options);
  for (const Verification* verification : {&apart, &together}) {
    EXPECT_EQ(verification->judgement.verdict, Verdict::kPass);
    EXPECT_EQ(verification->steps.size(), 2u);
    EXPECT_TRUE(verification->composition && verification->composition->proved);
    EXPECT_EQ(verification->nodes, verification->nodes_covered);
  }
}

}  // namespace
}  // namespace strata
