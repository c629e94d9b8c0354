#include "verifier/arbiter.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(Arbiter, AcceptsUpToTwiceTheOriginalsErrors) {
  const at::Tensor exact = at::zeros({100}, at::kDouble);
  const at::Tensor original = at::full({100}, 1e-6F);
  EXPECT_TRUE(arbitrate(exact, original, at::full({100}, -1.9e-6F), 2).accepted);
  EXPECT_FALSE(arbitrate(exact, original, at::full({100}, -2.1e-6F), 2).accepted);
}

// One bad element hides in the mean, many small ones hide from the maximum.
TEST(Arbiter, AsksForTheMaximumAndTheMean) {
  const at::Tensor exact = at::zeros({10000}, at::kDouble);
  at::Tensor original = at::full({10000}, 1e-7F);
  original[0] = 1e-5F;
  at::Tensor outlier = at::zeros({10000});
  outlier[0] = 3e-5F;
  EXPECT_FALSE(arbitrate(exact, original, outlier, 2).accepted);
  const at::Tensor everywhere = at::full({10000}, 9e-6F);
  EXPECT_FALSE(arbitrate(exact, original, everywhere, 2).accepted);
}

TEST(Arbiter, AnExactOriginalAllowsNoError) {
  const at::Tensor exact = at::ones({4}, at::kDouble);
  EXPECT_FALSE(arbitrate(exact, at::ones({4}), at::ones({4}) + 1e-6, 2).accepted);
  EXPECT_TRUE(arbitrate(exact, at::ones({4}), at::ones({4}), 2).accepted);
}

TEST(Arbiter, NothingFiniteIsNothingAccepted) {
  const at::Tensor nan = at::full({2}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(arbitrate(nan, nan, nan, 2).accepted);
}

TEST(Replay, ComputesInFp64WhateverIsCastTo) {
  TrialData data;
  data.inputs = {at::full({3}, 0.1F)};
  const TrialData wide = in_fp64(data);
  const auto results = replay_in_fp64([&] {
    const at::Tensor x = wide.inputs.front();
    return std::vector<at::Tensor>{x.to(at::kBFloat16) * 3.0, at::zeros({3}) + x, x.to(at::kLong)};
  });
  EXPECT_EQ(results[0].scalar_type(), at::kDouble);
  EXPECT_EQ(results[0][0].item<double>(), static_cast<double>(0.1F) * 3.0);
  EXPECT_EQ(results[1].scalar_type(), at::kDouble);
  EXPECT_EQ(results[2].scalar_type(), at::kLong);
  EXPECT_EQ(at::zeros({1}).scalar_type(), at::kFloat);  // afterwards all is as before
}

}  // namespace
}  // namespace strata
