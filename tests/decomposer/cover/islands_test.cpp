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

TEST(Islands, ComparisonWithANumberHidesNothing) {
  const Covered covered(R"(
    input %x : fp32[1,1,4,4]
    %r = aten::arange(4) : i64[4]
    %u = aten::view(%r, [1, 1, 4, 1]) : i64[1,1,4,1]
    %g = aten::ge.Scalar(%u, 0) : bool[1,1,4,1]
    %z = aten::zeros([]) : fp32[]
    %w = aten::where.ScalarOther(%g, %z, -inf) : fp32[1,1,4,1]
    %y = aten::add.Tensor(%x, %w) : fp32[1,1,4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "full_mask");
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

// A mask of eight queries and keys made from `allowed`, which compares %q [8,1] with %k [8].
std::string mask_of(const std::string& allowed) {
  return R"(
    input %x : fp32[1,8,8]
    input %padding : i64[1,8]
    %k = aten::arange(8) : i64[8]
    %q = aten::unsqueeze(%k, 1) : i64[8,1]
    )" + allowed +
         R"(
    %zero = aten::zeros([]) : fp32[]
    %w = aten::where.ScalarOther(%m, %zero, -inf) : fp32[8,8]
    %y = aten::add.Tensor(%x, %w) : fp32[1,8,8]
    return %y)";
}

TEST(MaskNames, SayWhatTheElementsShow) {
  EXPECT_EQ(Covered(mask_of("%m = aten::le.Tensor(%k, %q) : bool[8,8]")).operations(),
            "causal_mask");
  EXPECT_EQ(Covered(mask_of("%m = aten::lt.Tensor(%k, %q) : bool[8,8]")).operations(), "past_mask");
  EXPECT_EQ(Covered(mask_of(R"(%d = aten::sub.Tensor(%q, %k) : i64[8,8]
    %a = aten::abs(%d) : i64[8,8]
    %m = aten::le.Scalar(%a, 2) : bool[8,8])"))
                .operations(),
            "sliding_window_mask");
  EXPECT_EQ(Covered(mask_of(R"(%d = aten::sub.Tensor(%q, %k) : i64[8,8]
    %n = aten::lt.Scalar(%d, 3) : bool[8,8]
    %c = aten::le.Tensor(%k, %q) : bool[8,8]
    %m = aten::__and__.Tensor(%n, %c) : bool[8,8])"))
                .operations(),
            "sliding_window_mask");
  EXPECT_EQ(Covered(mask_of(R"(%g = aten::ge.Scalar(%k, 5) : bool[8]
    %h = aten::ge.Scalar(%q, 5) : bool[8,1]
    %m = aten::eq.Tensor(%g, %h) : bool[8,8])"))
                .operations(),
            "block_mask");
}

TEST(MaskNames, TellPaddingFromWhatHidesNothing) {
  const std::string padded = R"(%b = aten::to.dtype(%padding, bool) : bool[1,8]
    %e = aten::expand(%b, [8, 8]) : bool[8,8]
    %g = aten::ge.Scalar(%q, 0) : bool[8,1]
    %m = aten::__and__.Tensor(%g, %e) : bool[8,8])";
  EXPECT_EQ(Covered(mask_of(padded)).operations(), "padding_mask");
  EXPECT_EQ(Covered(mask_of("%g = aten::ge.Scalar(%q, 0) : bool[8,1]\n"
                            "%m = aten::expand(%g, [8, 8]) : bool[8,8]"))
                .operations(),
            "full_mask");
}

TEST(MaskNames, AMaskOfNoKnownKindIsNotGuessed) {
  // Every third key: neither causal, nor a window, nor groups.
  const Covered covered(mask_of(R"(%r = aten::remainder.Scalar(%k, 3) : i64[8]
    %z = aten::eq.Scalar(%r, 0) : bool[8]
    %m = aten::expand(%z, [8, 8]) : bool[8,8])"));
  EXPECT_EQ(covered.operations(), "where");
}

TEST(MaskNames, WrittenMasksAreNotComputed) {
  const Covered covered(mask_of(R"(%c = aten::le.Tensor(%k, %q) : bool[8,8]
    %m = aten::logical_not_(%c) : bool[8,8])"));
  EXPECT_EQ(covered.operations(), "attention_mask");
}

// Rows of a table that are read at the places of `text`, which makes %p.
std::string places(const std::string& text) {
  return R"(
    input %mask : i64[1,6]
    input %table : fp32[16,8]
    )" + text +
         R"(
    %e = aten::index.Tensor(%table, [%p]) : fp32[1,6,8]
    return %e)";
}

TEST(PositionNames, PlacesCountUpByOne) {
  EXPECT_EQ(Covered(places(R"(%r = aten::arange(6) : i64[6]
    %u = aten::unsqueeze(%r, 0) : i64[1,6]
    %p = aten::add.Tensor(%u, 2) : i64[1,6])"))
                .operations(),
            "position_ids index");
  EXPECT_EQ(Covered(places(R"(%r = aten::arange(6) : i64[6]
    %u = aten::unsqueeze(%r, 0) : i64[1,6]
    %p = aten::mul.Tensor(%u, 2) : i64[1,6])"))
                .operations(),
            "arange_mul index");
  // Counted where the mask holds something, whatever it holds: one after the other, or else not.
  EXPECT_EQ(Covered(places(R"(%n = aten::ne.Scalar(%mask, 0) : bool[1,6]
    %p = aten::cumsum(%n, 1) : i64[1,6])"))
                .operations(),
            "position_ids index");
  EXPECT_EQ(Covered(places("%p = aten::cumsum(%mask, 1) : i64[1,6]")).operations(), "cumsum index");
}

TEST(PositionNames, DistancesAreRelativePositions) {
  const Covered covered(R"(
    parameter %table : fp32[16,4]
    %r = aten::arange(8) : i64[8]
    %u = aten::unsqueeze(%r, 1) : i64[8,1]
    %d = aten::sub.Tensor(%r, %u) : i64[8,8]
    %c = aten::add.Tensor(%d, 7) : i64[8,8]
    %b = aten::embedding(%table, %c) : fp32[8,8,4]
    return %b)");
  EXPECT_EQ(covered.operations(), "relative_positions embedding");
}

TEST(PositionNames, AlibiIsASlopePerHead) {
  const Covered covered(R"(
    input %x : fp32[4,8,8]
    %h = aten::arange.start(1, 5) : i64[4]
    %n = aten::neg(%h) : i64[4]
    %p = aten::pow.Scalar(2.0, %n) : fp32[4]
    %s = aten::view(%p, [4, 1, 1]) : fp32[4,1,1]
    %k = aten::arange(8) : i64[8]
    %a = aten::mul.Tensor(%s, %k) : fp32[4,1,8]
    %y = aten::add.Tensor(%x, %a) : fp32[4,8,8]
    return %y)");
  EXPECT_EQ(covered.operations(), "alibi");
}

TEST(Islands, WhereATokenStandsIsFound) {
  const Covered covered(R"(
    input %x : fp32[1,6,4]
    input %ids : i64[1,6]
    %e = aten::eq.Scalar(%ids, 49407) : bool[1,6]
    %i = aten::to.dtype(%e, i32) : i32[1,6]
    %a = aten::argmax(%i, -1) : i64[1]
    %r = aten::arange(1) : i64[1]
    %y = aten::index.Tensor(%x, [%r, %a]) : fp32[1,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "find_first index");
}

TEST(Islands, OneNumberEverywhereIsFull) {
  const Covered covered(R"(
    input %x : fp32[2,4]
    %z = aten::zeros([2, 4]) : fp32[2,4] @outer
    %s = aten::sub.Tensor(%z, 1e38) : fp32[2,4] @outer
    %a = aten::maximum(%x, %s) : fp32[2,4]
    %b = aten::minimum(%a, %s) : fp32[2,4]
    return %b)");
  EXPECT_EQ(covered.kernel_of("s"), "full");
}

TEST(Islands, RandomNumbersAreNoiseAndMeshesAreGrids) {
  const Covered covered(R"(
    %u = aten::rand([2, 4]) : fp32[2,4]
    %n = aten::randn([2, 4]) : fp32[2,4]
    %s = aten::add.Tensor(%u, %n) : fp32[2,4]
    %a = aten::arange(4) : i64[4]
    %b = aten::arange(3) : i64[3]
    %g, %h = aten::meshgrid.indexing([%b, %a], indexing="ij") : i64[3,4], i64[3,4]
    %c = aten::stack([%g, %h], -1) : i64[3,4,2]
    return %s, %c)");
  EXPECT_EQ(covered.operations(), "noise coordinate_grid");
}

TEST(Islands, SinesOfOtherAnglesAreNoRopeTable) {
  const Covered covered(R"(
    input %x : fp32[4,4]
    %r = aten::arange(4) : i64[4]
    %f = aten::to.dtype(%r, fp32) : fp32[4]
    %u = aten::unsqueeze(%f, 1) : fp32[4,1]
    %m = aten::mul.Tensor(%u, %f) : fp32[4,4]
    %a = aten::slice.Tensor(%m, 1, 0, 9223372036854775807, 2) : fp32[4,2]
    %b = aten::slice.Tensor(%m, 1, 1, 9223372036854775807, 2) : fp32[4,2]
    %s = aten::sin(%a) : fp32[4,2]
    %c = aten::cos(%b) : fp32[4,2]
    %t = aten::cat([%s, %c], 1) : fp32[4,4]
    %y = aten::add.Tensor(%x, %t) : fp32[4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "sinusoidal_positions");
}

TEST(Islands, ARandomOrderAndTheMaskBroughtBackFromItSayWhatTheyAre) {
  const Covered covered(R"(
    input %x : fp32[1,8]
    parameter %w : fp32[8,8]
    %r = aten::rand([1, 8]) : fp32[1,8] @embeddings
    %s = aten::argsort(%r, 1) : i64[1,8] @embeddings
    %b = aten::argsort(%s, 1) : i64[1,8] @embeddings
    %k = aten::slice.Tensor(%s, 1, 0, 2) : i64[1,2] @embeddings
    %g = aten::gather(%x, 1, %k) : fp32[1,2] @embeddings
    %o = aten::ones([1, 8]) : fp32[1,8] @embeddings
    %p = aten::slice.Tensor(%o, 1, 0, 2) : fp32[1,2] @embeddings
    %f = aten::fill_.Scalar(%p, 0) : fp32[1,2] @embeddings
    %m = aten::gather(%o, 1, %b) : fp32[1,8] @embeddings
    return %g, %m, %b)");
  EXPECT_EQ(covered.operations(), "random_order gather shuffled_mask");
}

TEST(Islands, OnesWithABorderOfZerosAreABorderMask) {
  const Covered covered(R"(
    input %x : fp32[4,4]
    %o = aten::ones([3, 3]) : fp32[3,3]
    %p = aten::pad(%o, [1, 0, 1, 0]) : fp32[4,4]
    %y = aten::mul.Tensor(%x, %p) : fp32[4,4]
    return %y)");
  EXPECT_EQ(covered.operations(), "border_mask");
}

}  // namespace
}  // namespace strata
