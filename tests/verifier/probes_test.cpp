#include "verifier/probes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/decomposer/graph_text.h"

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

// A drawn mask leaves about half of each row, and of these the largest is large.
TEST(Probes, LargeNumbersMeetTheMasksThatWereCaptured) {
  const at::Tensor causal = at::full({3, 3}, -kInfinity).triu(1);
  const at::Tensor drawn = causal.flip(0);
  EXPECT_TRUE(at::equal(one(Probe::kLarge, drawn, causal), causal));
  EXPECT_TRUE(at::equal(one(Probe::kMagnitudes, drawn, causal), causal));
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
  EXPECT_EQ(one(Probe::kTiny, x, x)[0].item<double>(), 1.0 / (1 << 20));
  const at::Tensor half = x.to(at::kHalf);
  EXPECT_EQ(one(Probe::kLarge, half, half)[0].item<double>(), 32);
}

TEST(Probes, MagnitudesGoFromVerySmallToVeryLarge) {
  const at::Tensor x = at::ones({1000});
  const at::Tensor spread = at::log2(one(Probe::kMagnitudes, x, x));
  EXPECT_EQ(spread.min().item<double>(), -30);
  EXPECT_EQ(spread.max().item<double>(), 30);
  EXPECT_TRUE(one(Probe::kMagnitudes, x, x).equal(one(Probe::kMagnitudes, x, x)));
  const at::Tensor half = x.to(at::kHalf);
  EXPECT_EQ(one(Probe::kMagnitudes, half, half).max().item<double>(), 16);
}

TEST(Probes, SpecialValuesStandInOnePlaceOfEveryFloat) {
  const at::Tensor x = at::randn({2, 3});
  EXPECT_EQ(one(Probe::kNan, x, x).isnan().sum().item<int>(), 1);
  EXPECT_EQ(one(Probe::kInfinity, x, x).isinf().sum().item<int>(), 1);
  EXPECT_EQ(one(Probe::kMinusInfinity, x, x).min().item<double>(), -kInfinity);
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

// Behind a norm no input is large.
TEST(Probes, GainsAreTheScalesAndShiftsAlone) {
  const Graph graph = graph_from_text(R"(
    input %x : fp32[2,4]
    parameter %w "fc.weight" : fp32[4,4]
    parameter %g "ln.weight" : fp32[4]
    parameter %b "ln.bias" : fp32[4]
    %y = aten::linear(%x, %w) : fp32[2,4]
    %z = aten::layer_norm(%y, [4], %g, %b) : fp32[2,4]
    return %z
  )");
  TrialData drawn;
  drawn.inputs = {at::randn({2, 4})};
  drawn.weights = {at::randn({4, 4}), at::ones({4}), at::full({4}, 0.5)};
  const auto trial = probe_trial(Probe::kGains, graph, drawn, drawn.inputs);
  ASSERT_TRUE(trial);
  EXPECT_TRUE(at::equal(trial->inputs[0], drawn.inputs[0]));
  EXPECT_TRUE(trial->weights[0].is_same(drawn.weights[0]));
  EXPECT_TRUE(trial->weights[1].eq(64).all().item<bool>());
  EXPECT_TRUE(trial->weights[2].eq(32).all().item<bool>());
  EXPECT_TRUE(drawn.weights[1].eq(1).all().item<bool>());
  drawn.weights = {at::randn({4, 4}), at::Tensor(), at::Tensor()};
  EXPECT_FALSE(probe_trial(Probe::kGains, graph, drawn, drawn.inputs));
}

// It is scattered to: of equal places some would be left that nothing is written to.
TEST(Probes, LeaveAPermutationAlone) {
  const at::Tensor order = at::tensor({1, 2, 0, 3}, at::kLong);
  for (Probe probe : kProbes) EXPECT_FALSE(one(probe, order, order).defined());
}

TEST(Probes, LeaveTheDrawnInputsAlone) {
  const at::Tensor x = at::randn({2, 3});
  const at::Tensor before = x.clone();
  for (Probe probe : kProbes) probe_inputs(probe, {x}, {x});
  EXPECT_TRUE(at::equal(x, before));
}

}  // namespace
}  // namespace strata
