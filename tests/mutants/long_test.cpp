#include <gtest/gtest.h>

#include <cstdio>

#include "tests/mutants/score.h"

// Every mutant of five models; each one that numbers tell from its component is localised.

namespace strata {
namespace {

class EveryMutant : public testing::TestWithParam<const char*> {};

TEST_P(EveryMutant, FailsAndIsLocalised) {
  const Score score = score_model(GetParam(), {});
  std::printf("%s", score_text(GetParam(), score).c_str());
  EXPECT_GE(score.mutants, 60);
  EXPECT_TRUE(score.survivors.empty()) << score.survivors.front();
  EXPECT_TRUE(score.unlisted.empty()) << score.unlisted.front();
  EXPECT_TRUE(score.misnamed.empty()) << score.misnamed.front();
  EXPECT_EQ(score.localised, score.by_numbers);
}

INSTANTIATE_TEST_SUITE_P(Models, EveryMutant,
                         testing::Values("gpt2_small", "llama_small_fp32", "bert_small",
                                         "resnet_small", "t5_small"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace strata
