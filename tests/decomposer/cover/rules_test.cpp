#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"
#include "tests/decomposer/cover/cover_text.h"

namespace strata {
namespace {

TEST(LeafFrames, AConv1dOfTransformersIsOneLinear) {
  const Covered covered(R"(
    input %x : fp32[1,8,4]
    parameter %w : fp32[4,12]
    parameter %b : fp32[12]
    %v = aten::view(%x, [-1, 4]) : fp32[8,4] @attn/c_attn
    %m = aten::addmm(%b, %v, %w) : fp32[8,12] @attn/c_attn
    %y = aten::view(%m, [1, 8, 12]) : fp32[1,8,12] @attn/c_attn
    %s, %t = aten::chunk(%y, 2, -1) : fp32[1,8,6], fp32[1,8,6] @attn
    return %s, %t)");
  EXPECT_EQ(covered.operations(), "linear");
  EXPECT_TRUE(covered.together("v", "y"));
  EXPECT_EQ(covered.kernel_of("s"), "plumbing");
}

TEST(LeafFrames, PlumbingOfAFrameThatHoldsMoreStaysWithTheParent) {
  const Covered covered(R"(
    input %x : fp32[1,8,4]
    parameter %w : fp32[4,12]
    parameter %b : fp32[12]
    %v = aten::view(%x, [-1, 4]) : fp32[8,4] @mlp
    %m = aten::addmm(%b, %v, %w) : fp32[8,12] @mlp
    %g = aten::gelu(%m) : fp32[8,12] @mlp
    %y = aten::view(%g, [1, 8, 12]) : fp32[1,8,12] @mlp
    return %y)");
  EXPECT_EQ(covered.operations(), "linear gelu");
  EXPECT_EQ(covered.kernel_of("v"), "plumbing");
  EXPECT_EQ(covered.kernel_of("y"), "plumbing");
}

constexpr const char* kFrozenNorm = R"(
    class bn = detr.FrozenBatchNorm2d
    input %x : fp32[1,3,4,4]
    buffer %weight : fp32[1,3,1,1]
    buffer %bias : fp32[1,3,1,1]
    buffer %var : fp32[1,3,1,1]
    %e = aten::add.Tensor(%var, 1e-5) : fp32[1,3,1,1] @bn
    %r = aten::rsqrt(%e) : fp32[1,3,1,1] @bn
    %s = aten::mul.Tensor(%weight, %r) : fp32[1,3,1,1] @bn
    %m = aten::mul.Tensor(%x, %s) : fp32[1,3,4,4] @bn
    %y = aten::add.Tensor(%m, %bias) : fp32[1,3,4,4] @bn
    return %y)";

TEST(LeafFrames, ElementwiseWorkIsOneKernelNamedByItsClass) {
  const Covered covered(kFrozenNorm);
  EXPECT_EQ(covered.operations(), "frozen_batch_norm2d");
  EXPECT_TRUE(covered.together("e", "y"));
}

TEST(LeafFrames, ASecondResultKeepsThemApart) {
  std::string text = kFrozenNorm;
  text.replace(text.find("return %y"), 9, "return %y, %m");
  EXPECT_EQ(Covered(text).operations().find("frozen"), std::string::npos);
}

constexpr const char* kSteps = R"(
    input %a : fp32[2,4]
    input %x : fp32[5,2,4]
    %h0 = aten::zeros([2, 4]) : fp32[2,4] @ssm
    %x0 = aten::select.int(%x, 0, 0) : fp32[2,4] @ssm
    %d0 = aten::mul.Tensor(%a, %h0) : fp32[2,4] @ssm
    %h1 = aten::add.Tensor(%d0, %x0) : fp32[2,4] @ssm
    %x1 = aten::select.int(%x, 0, 1) : fp32[2,4] @ssm
    %d1 = aten::mul.Tensor(%a, %h1) : fp32[2,4] @ssm
    %h2 = aten::add.Tensor(%d1, %x1) : fp32[2,4] @ssm
    %x2 = aten::select.int(%x, 0, 2) : fp32[2,4] @ssm
    %d2 = aten::mul.Tensor(%a, %h2) : fp32[2,4] @ssm
    %h3 = aten::add.Tensor(%d2, %x2) : fp32[2,4] @ssm
    %x3 = aten::select.int(%x, 0, 3) : fp32[2,4] @ssm
    %d3 = aten::mul.Tensor(%a, %h3) : fp32[2,4] @ssm
    %h4 = aten::add.Tensor(%d3, %x3) : fp32[2,4] @ssm
    %y = aten::stack([%h1, %h2, %h3, %h4]) : fp32[4,2,4] @ssm
    return %y)";

TEST(Recurrences, StepsThatReadEachOtherAreOneScan) {
  const Covered covered(kSteps);
  EXPECT_EQ(covered.operations(), "linear_scan");
  EXPECT_TRUE(covered.together("h0", "y"));
  EXPECT_TRUE(covered.together("x2", "y"));
}

TEST(Recurrences, OtherStepsThanSumsAndProductsAreAScan) {
  std::string text = kSteps;
  for (std::size_t at = 0; (at = text.find("aten::add.Tensor", at)) != std::string::npos;)
    text.replace(at, 16, "aten::maximum");
  EXPECT_EQ(Covered(text).operations(), "scan");
}

TEST(Recurrences, BranchesOfOneFormThatReadTheSameAreNoScan) {
  std::string text = kSteps;
  for (const char* state : {"%h1)", "%h2)", "%h3)"}) {
    text.replace(text.find(state), 4, "%h0)");
  }
  EXPECT_EQ(Covered(text).operations().find("scan"), std::string::npos);
}

TEST(Recurrences, StepsReadBySumsOfProductsAreASelectiveScan) {
  std::string text = kSteps;
  text.resize(text.find("%y ="));
  text.replace(text.find("input %a"), 0, "input %c : fp32[2,4]\n    ");
  for (const char* step : {"1", "2", "3", "4"}) {
    const std::string n = step;
    text += "%p" + n + " = aten::mul.Tensor(%h" + n + ", %c) : fp32[2,4] @ssm\n";
    text += "%s" + n + " = aten::sum.dim_IntList(%p" + n + ", [-1]) : fp32[2] @ssm\n";
  }
  text += "%y = aten::stack([%s1, %s2, %s3, %s4]) : fp32[4,2] @ssm\nreturn %y\n";
  EXPECT_EQ(Covered(text).operations(), "selective_scan");
}

class StackedLayers : public testing::TestWithParam<const char*> {};

TEST_P(StackedLayers, AreNoScan) {
  // Each step holds a linear, which is a kernel of its own.
  std::string text = "input %x : fp32[2,4]\nparameter %w : fp32[4,4]\n";
  std::string before = "x";
  std::string list;
  for (int i = 0; i < 5; ++i) {
    const std::string n = std::to_string(i);
    text += "%l" + n + " = aten::" + GetParam() + "(%" + before + ", %w) : fp32[2,4]\n";
    text += "%m" + n + " = aten::mul.Tensor(%l" + n + ", 0.5) : fp32[2,4]\n";
    text += "%h" + n + " = aten::add.Tensor(%" + before + ", %m" + n + ") : fp32[2,4]\n";
    before = "h" + n;
    list += (i ? ", %" : "%") + before;
  }
  text += "%y = aten::stack([" + list + "]) : fp32[5,2,4]\nreturn %y\n";
  EXPECT_EQ(Covered(text).operations(), "linear linear linear linear linear");
}

INSTANTIATE_TEST_SUITE_P(Recurrences, StackedLayers, testing::Values("linear", "matmul"));

TEST(WrittenStorages, MakerWritesAndViewsAreOneKernel) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %z = aten::zeros([4, 4]) : fp32[4,4]
    %s = aten::slice.Tensor(%z, 0, 0, 2) : fp32[2,4]
    %c = aten::copy_(%s, %x) : fp32[2,4]
    %y = aten::relu(%z) : fp32[4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "scatter_assign relu");
  EXPECT_TRUE(covered.together("z", "c"));
  EXPECT_TRUE(covered.together("z", "s"));
  ASSERT_FALSE(covered.cover.effects.empty());
}

// Two tensors that are copied into [0, `first`) and [`second`, 8) of a fresh one.
std::string side_by_side(int first, int second) {
  return fmt::format(R"(
    input %x : fp32[2,{0}]
    input %y : fp32[2,{1}]
    %e = aten::empty.memory_format([2, 8]) : fp32[2,8]
    %a = aten::slice.Tensor(%e, 1, 0, {0}) : fp32[2,{0}]{{8,1}}
    %c = aten::copy_(%a, %x) : fp32[2,{0}]{{8,1}}
    %b = aten::slice.Tensor(%e, 1, {2}, 8) : fp32[2,{1}]{{8,1}}
    %d = aten::copy_(%b, %y) : fp32[2,{1}]{{8,1}}
    %r = aten::relu(%e) : fp32[2,8]
    return %r)",
                     first, 8 - second, second);
}

TEST(WrittenStorages, CopiesSideBySideAreAConcat) {
  EXPECT_EQ(Covered(side_by_side(5, 5)).operations(), "concat relu");
  EXPECT_EQ(Covered(side_by_side(4, 5)).operations(), "scatter_assign relu");  // a gap
  EXPECT_EQ(Covered(side_by_side(6, 5)).operations(), "scatter_assign relu");  // an overlap
}

// As rotary embeddings store their two halves; `last` elements of the second one.
std::string by_turns(int last) {
  return fmt::format(R"(
    input %x : fp32[2,4]
    input %y : fp32[2,{0}]
    %e = aten::empty.memory_format([2, 8]) : fp32[2,8]
    %a = aten::slice.Tensor(%e, 1, 0, 8, 2) : fp32[2,4]{{8,2}}
    %c = aten::copy_(%a, %x) : fp32[2,4]{{8,2}}
    %b = aten::slice.Tensor(%e, 1, 1, {1}, 2) : fp32[2,{0}]{{8,2}}
    %d = aten::copy_(%b, %y) : fp32[2,{0}]{{8,2}}
    %r = aten::relu(%e) : fp32[2,8]
    return %r)",
                     last, 2 * last);
}

TEST(WrittenStorages, CopiesByTurnsAreAnInterleaving) {
  EXPECT_EQ(Covered(by_turns(4)).operations(), "interleave relu");
  EXPECT_EQ(Covered(by_turns(3)).operations(), "scatter_assign relu");  // a gap
}

TEST(WrittenStorages, AViewAfterTheLastWriteReadsTheKernelsResult) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %z = aten::zeros([4, 4]) : fp32[4,4]
    %s = aten::slice.Tensor(%z, 0, 0, 2) : fp32[2,4]
    %c = aten::copy_(%s, %x) : fp32[2,4]
    %t = aten::permute(%z, [1, 0]) : fp32[4,4]{1,4}
    %y = aten::relu(%t) : fp32[4,4]
    return %y)");
  EXPECT_TRUE(covered.together("z", "c"));
  EXPECT_FALSE(covered.together("z", "t"));
}

TEST(WrittenStorages, ABufferThatDecaysIsAMovingAverage) {
  const auto update = [](const char* alpha) {
    return fmt::format(R"(
    input %x : fp32[8]
    buffer %average : fp32[8]
    %m = aten::mul_.Scalar(%average, 0.9) : fp32[8]
    %a = aten::add_.Tensor(%m, %x, alpha={}) : fp32[8]
    return %x)",
                       alpha);
  };
  EXPECT_EQ(Covered(update("0.1")).operations(), "moving_average");
  EXPECT_EQ(Covered(update("0.2")).operations(), "scatter_assign");
}

TEST(WrittenStorages, AMaskWrittenPieceByPieceIsAnIsland) {
  const Covered covered(R"(
    input %x : fp32[4,4]
    %z = aten::zeros([4, 4]) : fp32[4,4]
    %s = aten::slice.Tensor(%z, 0, 0, 2) : fp32[2,4]
    %c = aten::fill_.Scalar(%s, 1.0) : fp32[2,4]
    %y = aten::add.Tensor(%x, %z) : fp32[4,4]
    return %y)");
  EXPECT_TRUE(covered.together("z", "c"));
  EXPECT_TRUE(covered.cover.island[static_cast<std::size_t>(value_of(covered.graph, "z"))]);
}

TEST(WrittenStorages, WhatAnActivationIsWrittenIntoIsNoIsland) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %z = aten::zeros([4, 4]) : fp32[4,4]
    %s = aten::slice.Tensor(%z, 0, 0, 2) : fp32[2,4]
    %c = aten::copy_(%s, %x) : fp32[2,4]
    %y = aten::relu(%z) : fp32[4,4]
    return %y)");
  EXPECT_FALSE(covered.cover.island[static_cast<std::size_t>(value_of(covered.graph, "z"))]);
  EXPECT_FALSE(covered.cover.island[static_cast<std::size_t>(value_of(covered.graph, "y"))]);
}

TEST(WellFormed, RefusesPlantedFaults) {
  const Covered good(R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4,4]
    %a = aten::linear(%x, %w) : fp32[2,4]
    %b = aten::relu(%a) : fp32[2,4]
    %c = aten::exp(%b) : fp32[2,4]
    %y = aten::add.Tensor(%c, %x) : fp32[2,4]
    return %y)");
  const auto fault_of = [&](const Cover& cover) -> std::string {
    try {
      check_well_formed(good.graph, cover);
    } catch (const Error& error) {
      return error.id();
    }
    return "";
  };
  EXPECT_EQ(fault_of(good.cover), "");

  Cover twice = good.cover;
  twice.kernels[0].nodes.push_back(1);
  EXPECT_EQ(fault_of(twice), "cover.C1");

  Cover dropped = good.cover;
  dropped.kernel_of[1] = kNone;
  dropped.kernels[1].nodes.clear();
  EXPECT_EQ(fault_of(dropped), "cover.C2");

  Cover loose = good.cover;
  loose.kernel_of[0] = kNone;
  loose.kernels[0].nodes.clear();
  loose.roles[0] = Role::kPlumbing;
  EXPECT_EQ(fault_of(loose), "cover.C3");

  Cover circle = good.cover;  // linear and exp as one, relu between them
  circle.kernels[0].nodes = {0, 2};
  circle.kernel_of[2] = 0;
  circle.kernels[2].nodes.clear();
  EXPECT_EQ(fault_of(circle), "cover.C4");

  Cover stranger = good.cover;
  stranger.kernels[1].operands = {value_of(good.graph, "x")};  // relu does not read it
  EXPECT_EQ(fault_of(stranger), "cover.C6");
}

TEST(WellFormed, RefusesAKernelThatNobodyReads) {
  Graph graph = graph_from_text(R"(
    input %x : fp32[4]
    %a = aten::relu(%x) : fp32[4]
    %b = aten::exp(%x) : fp32[4]
    return %b)");
  const Cover cover = strata::cover(graph, catalogue());
  try {
    check_well_formed(graph, cover);
    ADD_FAILURE() << "relu's result goes nowhere";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "cover.C5");
  }
}

TEST(Conds, ABranchOnATensorIsOneKernelWithAllThatLiesInIt) {
  const Covered covered(R"(
    input %x : fp32[4,4]
    parameter %w : fp32[4,4]
    %m = aten::mean(%x) : fp32[]
    %p = aten::gt.Scalar(%m, 0) : bool[]
    higher_order::cond_then(%p)
    %a = aten::linear(%x, %w, None) : fp32[4,4]
    %t = aten::transpose.int(%a, 0, 1) : fp32[4,4]
    higher_order::cond_else(%p)
    %s = aten::sigmoid(%x) : fp32[4,4]
    %g = aten::mul.Tensor(%x, %s) : fp32[4,4]
    %y = higher_order::cond(%p, [%t], [%g]) : fp32[4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "mean gt cond");
  EXPECT_TRUE(covered.together("a", "y"));
  EXPECT_TRUE(covered.together("t", "y"));
  EXPECT_TRUE(covered.together("g", "y"));
}

}  // namespace
}  // namespace strata
