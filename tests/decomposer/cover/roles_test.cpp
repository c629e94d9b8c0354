#include <gtest/gtest.h>

#include <complex>

#include "tests/decomposer/cover/cover_text.h"

namespace strata {
namespace {

TEST(Roles, ResidualAddStaysInTheParent) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4,4]
    %a = aten::linear(%x, %w) : fp32[2,4]
    %y = aten::add.Tensor(%x, %a) : fp32[2,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "linear");
  EXPECT_EQ(covered.kernel_of("y"), "arithmetic");
}

TEST(Roles, ArithmeticOnAParameterIsAKernel) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %p : fp32[2,4]
    %a = aten::add.Tensor(%x, %p) : fp32[2,4]
    %b = aten::cat([%a, %x], 1) : fp32[2,8]
    %c = aten::cat([%b, %p], 1) : fp32[2,12]
    return %c)");
  EXPECT_EQ(covered.operations(), "add_parameter concat_parameter");
  EXPECT_EQ(covered.kernel_of("b"), "plumbing");
}

TEST(Roles, ArithmeticWithAComplexNumberIsAKernel) {
  Graph graph = graph_from_text(R"(
    input %x : fp32[2,4]
    %a = aten::add.Tensor(%x, %x) : fp32[2,4]
    %b = aten::mul.Tensor(%a, 2.0) : fp32[2,4]
    return %b)");
  graph.nodes[1].arguments[1] = std::complex<double>(0, 1);
  const Cover covered = cover(graph, catalogue());
  ASSERT_EQ(covered.kernels.size(), 1U);
  EXPECT_EQ(covered.kernels[0].operation, "mul");
  EXPECT_EQ(covered.kernels[0].nodes, std::vector<NodeId>{1});
}

TEST(Roles, WindowsOfATensorAreAKernel) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %a = aten::unfold(%x, 1, 2, 1) : fp32[2,3,2]
    return %a)");
  EXPECT_EQ(covered.operations(), "unfold");
}

TEST(Roles, IndexingByATensorIsAKernelAndDivisionWithRoundingToo) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    input %i : i64[3]
    %a = aten::index.Tensor(%x, [%i]) : fp32[3,4]
    %b = aten::div.Tensor_mode(%a, 2.0, rounding_mode="floor") : fp32[3,4]
    %c = aten::div.Tensor(%b, 2.0) : fp32[3,4]
    return %c)");
  EXPECT_EQ(covered.operations(), "index div");
  EXPECT_EQ(covered.kernel_of("c"), "arithmetic");
}

TEST(Roles, PlacesAndFillingsThatATensorGivesAreKernels) {
  const Covered covered(R"(
    input %x : fp32[4,2]
    input %m : bool[4,2]
    input %v : fp32[]
    input %at : i64[]
    %a = aten::masked_fill.Tensor(%x, %m, %v) : fp32[4,2]
    %b = aten::narrow.Tensor(%a, 0, %at, 2) : fp32[2,2]
    %c = aten::masked_fill.Scalar(%x, %m, 0.0) : fp32[4,2]
    %d = aten::narrow(%c, 0, 1, 2) : fp32[2,2]
    %y = aten::add.Tensor(%b, %d) : fp32[2,2]
    return %y)");
  EXPECT_EQ(covered.operations(), "masked_fill narrow");
  EXPECT_EQ(covered.kernel_of("c"), "plumbing");
  EXPECT_EQ(covered.kernel_of("d"), "plumbing");
}

TEST(Roles, ElementwiseWorkOnAParameterJoinsItsOnlyReader) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %log : fp32[4]
    %e = aten::exp(%log) : fp32[4]
    %n = aten::neg(%e) : fp32[4]
    %y = aten::mul.Tensor(%x, %n) : fp32[2,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "scale");
  EXPECT_TRUE(covered.together("e", "y"));
}

TEST(Roles, ElementwiseWorkOnAParameterWithTwoReadersIsAKernel) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %log : fp32[4]
    %e = aten::exp(%log) : fp32[4]
    %a = aten::mul.Tensor(%x, %e) : fp32[2,4]
    %y = aten::add.Tensor(%a, %e) : fp32[2,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "exp_parameter scale add_parameter");
}

TEST(Roles, WhatSeveralModulesReadOfAParameterIsAnActivation) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %log : fp32[4]
    %e = aten::exp(%log) : fp32[4]
    %a = aten::mul.Tensor(%x, %e) : fp32[2,4] @first
    %y = aten::add.Tensor(%a, %e) : fp32[2,4] @second
    return %y)");
  EXPECT_EQ(covered.operations(), "exp");
  EXPECT_EQ(covered.kernel_of("a"), "arithmetic");
  EXPECT_EQ(covered.kernel_of("y"), "arithmetic");
}

TEST(Joining, AConeOfAParameterIsOneKernel) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    parameter %log : fp32[4]
    %e = aten::exp(%log) : fp32[4]
    %n = aten::neg(%e) : fp32[4]
    %a = aten::maximum(%x, %n) : fp32[2,4]
    %b = aten::minimum(%x, %n) : fp32[2,4]
    return %a, %b)");
  EXPECT_TRUE(covered.together("e", "n"));
  EXPECT_EQ(covered.operations(), "neg_parameter maximum minimum");
}

TEST(Joining, AConstantOfAnOuterFrameDoesNotPullItsReaderOut) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %z = aten::zeros([4]) : fp32[4] @outer
    %m = aten::maximum(%x, %z) : fp32[2,4] @outer/inner
    %n = aten::relu(%m) : fp32[2,4] @outer/inner
    return %n)");
  EXPECT_FALSE(covered.together("z", "m"));
}

TEST(Joining, ACastFollowsItsMakerInTheSameFrame) {
  const Covered covered(R"(
    input %x : bf16[2,4]
    %s = aten::softmax.int(%x, -1, fp32) : fp32[2,4] @attn
    %c = aten::to.dtype(%s, bf16) : bf16[2,4] @attn
    %y = aten::add.Tensor(%c, %x) : bf16[2,4] @attn
    return %y)");
  EXPECT_TRUE(covered.together("s", "c"));
}

TEST(Joining, ACastInAnotherFrameStaysPlumbing) {
  const Covered covered(R"(
    input %x : bf16[2,4]
    %s = aten::softmax.int(%x, -1, fp32) : fp32[2,4] @attn
    %c = aten::to.dtype(%s, bf16) : bf16[2,4] @after
    %y = aten::add.Tensor(%c, %x) : bf16[2,4] @after
    return %y)");
  EXPECT_EQ(covered.kernel_of("c"), "plumbing");
}

}  // namespace
}  // namespace strata
