#include "verifier/probes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

namespace strata {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor one(Probe probe, const at::Tensor& drawn, const at::Tensor& sample) {
  const std::vector<at::Tensor> inputs = probe_inputs(probe, {drawn}, {sample});
  return inputs.empty() ? at::Tensor() : inputs.front();
}

TEST(Probes, TheFirstRowOfEveryMaskMasksEverything) {
  const at::Tensor flags = at::ones({1, 1, 3, 3}, at::kBool);
  EXPECT_FALSE(one(Probe::kMaskedRow, flags, flags)[0][0][0].any().item<bool>());
  EXPECT_TRUE(one(Probe::kMaskedRow, flags, flags)[0][0][1].all().item<bool>());

  at::Tensor causal = at::full({3, 3}, -kInfinity).triu(1);
  EXPECT_TRUE(one(Probe::kMaskedRow, causal, causal)[0].eq(-kInfinity).all().item<bool>());

  const at::Tensor padding = at::tensor({1, 1, 0, 1, 1, 1}, at::kLong).view({2, 3});
  EXPECT_EQ(one(Probe::kMaskedRow, padding, padding)[0].sum().item<int>(), 0);
}

TEST(Probes, AMaskThatMasksNothingYetIsOne) {
  const at::Tensor zeros = at::zeros({1, 1, 3, 3});
  EXPECT_TRUE(one(Probe::kMaskedRow, zeros, zeros)[0][0][0].eq(-kInfinity).all().item<bool>());
}

TEST(Probes, WhatIsNoMaskHasNoMaskedRow) {
  const at::Tensor x = at::randn({3, 3});
  EXPECT_FALSE(one(Probe::kMaskedRow, x, x).defined());
  const at::Tensor ids = at::tensor({5, 2, 7}, at::kLong);
  EXPECT_FALSE(one(Probe::kMaskedRow, ids, ids).defined());
}

TEST(Probes, TiesStayWithinTheRange) {
  const at::Tensor ids = at::tensor({5, 2, 7}, at::kLong);
  EXPECT_TRUE(one(Probe::kTies, ids, ids).eq(2).all().item<bool>());
  const at::Tensor x = at::tensor({0.4, 1.6, -0.7});
  EXPECT_TRUE(at::equal(one(Probe::kTies, x, x), at::tensor({0.0, 2.0, -1.0})));
}

TEST(Probes, ScalesByPowersOfTwoThatTheDtypeHolds) {
  const at::Tensor x = at::ones({2});
  EXPECT_EQ(one(Probe::kLarge, x, x)[0].item<double>(), 1024);
  EXPECT_EQ(one(Probe::kTiny, x, x)[0].item<double>(), 1.0 / 1024);
  const at::Tensor half = x.to(at::kHalf);
  EXPECT_EQ(one(Probe::kLarge, half, half)[0].item<double>(), 32);
}

TEST(Probes, SpecialValuesStandInOnePlaceOfEveryFloat) {
  const at::Tensor x = at::randn({2, 3});
  EXPECT_EQ(one(Probe::kNan, x, x).isnan().sum().item<int>(), 1);
  EXPECT_EQ(one(Probe::kInfinity, x, x).isinf().sum().item<int>(), 1);
  // Masks and integers keep what they have.
  const at::Tensor flags = at::ones({2}, at::kBool);
  EXPECT_FALSE(one(Probe::kNan, flags, flags).defined());
}

TEST(Probes, PaddingIsTheLastHalf) {
  const at::Tensor x = at::ones({1, 4, 2});
  const at::Tensor padded = one(Probe::kPadding, x, x);
  EXPECT_TRUE(padded.slice(1, 0, 2).eq(1).all().item<bool>());
  EXPECT_TRUE(padded.slice(1, 2, 4).eq(0).all().item<bool>());
}

TEST(Probes, LeaveTheDrawnInputsAlone) {
  const at::Tensor x = at::randn({2, 3});
  const at::Tensor before = x.clone();
  for (Probe probe : kProbes) probe_inputs(probe, {x}, {x});
  EXPECT_TRUE(at::equal(x, before));
}

}  // namespace
}  // namespace strata
