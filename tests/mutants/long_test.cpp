#include <gtest/gtest.h>

#include <cstdio>

#include "tests/mutants/score.h"

// A seeded sample of the mutants of three more models.

namespace strata {
namespace {

class MoreMutants : public testing::TestWithParam<const char*> {};

TEST_P(MoreMutants, FailsAndIsLocalised) {
  const Score score = score_model(GetParam(), {12, 2, 1});
  std::printf("%s", score_text(GetParam(), score).c_str());
  EXPECT_GE(score.mutants, 10);
  EXPECT_TRUE(score.survivors.empty()) << score.survivors.front();
  EXPECT_TRUE(score.unlisted.empty()) << score.unlisted.front();
  EXPECT_TRUE(score.misnamed.empty()) << score.misnamed.front();
  EXPECT_GE(score.localised, 1);
}

INSTANTIATE_TEST_SUITE_P(Models, MoreMutants,
                         testing::Values("bert_small", "resnet_small", "t5_small"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace strata
