#include "verifier/forward_frames.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scratch_folder.h"
#include "tests/verifier/small_parent.h"
#include "verifier/subject.h"
#include "verifier/trace.h"
#include "verifier/witness.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What runs outside the children of a parent with this body, and what the scan says of it.
std::pair<OperatorCounts, ScanReply> observed(const std::string& body, bool bypassed) {
  const ScratchFolder folder;
  const BuiltSubject built = build_parent(folder.path(), body, bypassed);
  const Subject subject(built.library, "twice");
  const at::Tensor x = at::randn({2, 4});
  ForwardFrames frames = subject.frames();
  const Trace trace = record_trace(
      {{"input 0", x}}, [&] { return subject.forward({x}); }, {}, [&] { return frames.depth(); });
  return {trace.outside_children, built.reply};
}

constexpr char kHonest[] =
    "return x + second->forward(first->forward(x).view({4, 2})).view({2, 4});";

TEST(ForwardFrames, TellsTheParentsOwnOperatorsFromItsChildren) {
  const auto [ran, reply] = observed(kHonest, false);
  EXPECT_EQ(ran, (OperatorCounts{{"add", 1}, {"view", 2}}));
  const ClassFacts* scanned = scanned_parent(reply, "twice");
  ASSERT_NE(scanned, nullptr);
  EXPECT_TRUE(compare_witness(*scanned, ran).agrees());
}

TEST(ForwardFrames, ShowWhatASubjectComputesPastTheScan) {
  const ScanReply honest = observed(kHonest, false).second;
  const auto [ran, reply] = observed(
      "return x + at::softmax(second->forward(first->forward(x).view({4, 2})).view({2, 4}), -1);",
      true);
  const Witness witness = compare_witness(*scanned_parent(honest, "twice"), ran);
  EXPECT_THAT(witness.unexplained, ElementsAre("softmax: ran 1, scanned 0"));
  EXPECT_THAT(witness.missing, IsEmpty());
}

}  // namespace
}  // namespace strata
