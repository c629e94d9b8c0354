#include <gtest/gtest.h>

#include <cstdio>

#include "tests/mutants/score.h"

// A seeded sample of the mutants of two models; long_test.cpp takes others.

namespace strata {
namespace {

class MutantSample : public testing::TestWithParam<const char*> {};

TEST_P(MutantSample, FailsAndIsLocalised) {
  const Score score = score_model(GetParam(), {12, 2, 1});
  std::printf("%s", score_text(GetParam(), score).c_str());
  EXPECT_GE(score.mutants, 10);
  EXPECT_TRUE(score.survivors.empty()) << score.survivors.front();
  EXPECT_TRUE(score.unlisted.empty()) << score.unlisted.front();
  EXPECT_TRUE(score.misnamed.empty()) << score.misnamed.front();
  EXPECT_GE(score.localised, 1);
}

INSTANTIATE_TEST_SUITE_P(Models, MutantSample, testing::Values("gpt2_small", "llama_small_fp32"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace strata
