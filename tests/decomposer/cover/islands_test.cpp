#include <gtest/gtest.h>

#include "tests/decomposer/cover/cover_text.h"

namespace strata {
namespace {

TEST(Islands, PositionIdsAndCausalMaskAreTwoKernels) {
  const Covered covered(R"(
    input %x : fp32[1,4,4,4]
    parameter %table : fp32[16,8]
    %r = aten::arange(4) : i64[4] @model
    %p = aten::add.Tensor(%r, 0) : i64[4] @model
    %u = aten::unsqueeze(%p, 0) : i64[1,4] @model
    %q = aten::unsqueeze(%u, 2) : i64[1,4,1] @model
    %m = aten::le.Tensor(%u, %q) : bool[1,4,4] @model
    %zero = aten::zeros([]) : fp32[] @model
    %w = aten::where.ScalarOther(%m, %zero, -inf) : fp32[1,4,4] @model
    %e = aten::embedding(%table, %u) : fp32[1,4,8] @model/wpe
    %s = aten::add.Tensor(%x, %w) : fp32[1,4,4,4] @model/attn
    return %s, %e)");
  EXPECT_EQ(covered.operations(), "position_ids causal_mask embedding");
  EXPECT_TRUE(covered.together("r", "u"));
  EXPECT_TRUE(covered.together("zero", "w"));
  EXPECT_EQ(covered.kernel_of("s"), "arithmetic");
}

TEST(Islands, ComparisonWithANumberIsNotCausal) {
  const Covered covered(R"(
    input %x : fp32[1,1,4,4]
    %r = aten::arange(4) : i64[4]
    %u = aten::view(%r, [1, 1, 4, 1]) : i64[1,1,4,1]
    %g = aten::ge.Scalar(%u, 0) : bool[1,1,4,1]
    %z = aten::zeros([]) : fp32[]
    %w = aten::where.ScalarOther(%g, %z, -inf) : fp32[1,1,4,1]
    %y = aten::add.Tensor(%x, %w) : fp32[1,1,4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "attention_mask");
}

TEST(Islands, RopeTableHasTwoResults) {
  const Covered covered(R"(
    input %x : fp32[1,4,8]
    input %p : i64[1,4]
    buffer %f : fp32[8]
    %u = aten::unsqueeze(%p, 2) : i64[1,4,1] @rotary
    %t = aten::to.dtype(%u, fp32) : fp32[1,4,1] @rotary
    %a = aten::mul.Tensor(%t, %f) : fp32[1,4,8] @rotary
    %c = aten::cos(%a) : fp32[1,4,8] @rotary
    %s = aten::sin(%a) : fp32[1,4,8] @rotary
    %y = aten::mul.Tensor(%x, %c) : fp32[1,4,8]
    %z = aten::mul.Tensor(%x, %s) : fp32[1,4,8]
    return %y, %z)");
  EXPECT_EQ(covered.operations(), "rope_table");
  EXPECT_TRUE(covered.together("c", "s"));
}

TEST(Islands, AFloatParameterEndsAnIsland) {
  const Covered covered(R"(
    input %x : fp32[4,8]
    parameter %f : fp32[8]
    %r = aten::arange(4) : i64[4]
    %u = aten::unsqueeze(%r, 1) : i64[4,1]
    %a = aten::mul.Tensor(%u, %f) : fp32[4,8]
    %c = aten::cos(%a) : fp32[4,8]
    %y = aten::mul.Tensor(%x, %c) : fp32[4,8]
    return %y)");
  EXPECT_EQ(covered.operations().find("rope_table"), std::string::npos);
  EXPECT_FALSE(covered.cover.island[static_cast<std::size_t>(value_of(covered.graph, "c"))]);
}

TEST(Islands, AConstantWithOneReaderBelongsToIt) {
  const Covered covered(R"(
    input %x : fp32[4]
    %z = aten::zeros([]) : fp32[]
    %y = aten::maximum(%x, %z) : fp32[4]
    return %y)");
  EXPECT_EQ(covered.operations(), "maximum");
  EXPECT_TRUE(covered.together("z", "y"));
}

TEST(Islands, PlumbingOnAnInputIsNoKernel) {
  const Covered covered(R"(
    input %ids : i64[1,4]
    parameter %table : fp32[16,8]
    %v = aten::view(%ids, [-1, 4]) : i64[1,4]
    %e = aten::embedding(%table, %v) : fp32[1,4,8]
    return %e)");
  EXPECT_EQ(covered.operations(), "embedding");
  EXPECT_EQ(covered.kernel_of("v"), "plumbing");
}

}  // namespace
}  // namespace strata
