#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

std::string normalised(std::string_view text) { return to_text(normalise(graph_from_text(text))); }

// The reason for which the node of this name was dropped, or "".
std::string why(const Graph& graph, std::string_view name) {
  for (const DroppedNode& dropped : graph.dropped) {
    if (dropped.name == name) return dropped.reason;
  }
  return "";
}

TEST(NoOps, DropsDetachAndAlias) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::detach(%x) : fp32[4]
    %b = aten::alias(%a) : fp32[4]
    %y = aten::relu(%b) : fp32[4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(NoOps, KeepsWhatReturnsAParameter) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    parameter %w "w" : fp32[4]
    %a = aten::detach(%w) : fp32[4]
    %b = aten::alias(%a) : fp32[4]
    %c = aten::alias(%x) : fp32[4]
    return %b, %c)"),
            "%b = aten::alias(%w)\n");
}

TEST(NoOps, DropsDropoutInEvalMode) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::dropout(%x, 0.1, False) : fp32[4]
    %y = aten::relu(%a) : fp32[4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(NoOps, KeepsDropoutInTraining) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::dropout(%x, 0.1, True) : fp32[4]
    return %a)"),
            "%a = aten::dropout(%x, 0.1, True)\n");
}

TEST(NoOps, DropsACastToTheSameType) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::to.dtype(%x, fp32) : fp32[4]
    %y = aten::relu(%a) : fp32[4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(NoOps, KeepsARealCastAndAForcedCopy) {
  const std::string text = normalised(R"(
    input %x : fp32[4]
    %a = aten::to.dtype(%x, bf16) : bf16[4]
    %b = aten::to.dtype(%x, fp32, copy=True) : fp32[4]
    return %a, %b)");
  EXPECT_NE(text.find("%a = aten::to.dtype(%x, bf16"), std::string::npos) << text;
  EXPECT_NE(text.find("%b = aten::to.dtype(%x, fp32"), std::string::npos) << text;
}

TEST(NoOps, DropsViewsThatChangeNothing) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2,3]
    %a = aten::view(%x, [2, 3]) : fp32[2,3]
    %b = aten::expand(%a, [2, 3]) : fp32[2,3]
    %c = aten::slice.Tensor(%b, 1, 0, 99) : fp32[2,3]
    %d = aten::permute(%c, [0, -1]) : fp32[2,3]
    %y = aten::relu(%d) : fp32[2,3]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(NoOps, KeepsViewsThatChangeSomething) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2,2]
    %a = aten::transpose.int(%x, 0, 1) : fp32[2,2]{1,2}
    %b = aten::slice.Tensor(%a, 0, 1, 2) : fp32[1,2]{1,2}
    return %b)"),
            "%a = aten::transpose.int(%x, 0, 1)\n%b = aten::slice.Tensor(%a, 0, 1, 2, 1)\n");
}

TEST(NoOps, KeepsAViewAsAnotherType) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::view.dtype(%x, i32) : i32[4]
    return %a)"),
            "%a = aten::view.dtype(%x, i32)\n");
}

TEST(NoOps, DropsPaddingOfZeroWidthOnly) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::pad(%x, [0, 0]) : fp32[4]
    %b = aten::pad(%a, [0, 1]) : fp32[5]
    return %b)"),
            "%b = aten::pad(%x, [0, 1], \"constant\", None)\n");
}

TEST(NoOps, DropsACopyOfAConstantUnlessItIsWritten) {
  EXPECT_EQ(normalised(R"(
    constant %c : fp32[4]
    input %x : fp32[4]
    %a = aten::lift_fresh_copy(%c) : fp32[4]
    %y = aten::add.Tensor(%x, %a) : fp32[4]
    return %y)"),
            "%y = aten::add.Tensor(%x, %c, 1)\n");
  EXPECT_NE(normalised(R"(
    constant %c : fp32[4]
    input %x : fp32[4]
    %a = aten::lift_fresh_copy(%c) : fp32[4]
    %v = aten::slice.Tensor(%a, 0, 0, 2) : fp32[2]
    %w = aten::mul_.Tensor(%v, 2.0) : fp32[2]
    %y = aten::add.Tensor(%x, %a) : fp32[4]
    return %y)")
                .find("lift_fresh_copy"),
            std::string::npos);
}

TEST(NoOps, DropsAssertionsAndSaysWhy) {
  const Graph graph = normalise(graph_from_text(R"(
    input %x : fp32[4]
    aten::_assert_tensor_metadata(%x, [4])
    %y = aten::relu(%x) : fp32[4]
    return %y)"));
  EXPECT_EQ(to_text(graph), "%y = aten::relu(%x)\n");
  EXPECT_EQ(why(graph, "_assert_tensor_metadata_0"), "assertion");
}

TEST(NoOps, ReadsThroughToTheResults) {
  const Graph graph = normalise(graph_from_text(R"(
    input %x : fp32[4]
    %y = aten::relu(%x) : fp32[4]
    %z = aten::to.dtype(%y, fp32) : fp32[4]
    return %z)"));
  EXPECT_EQ(to_text(graph), "%y = aten::relu(%x)\n");
  EXPECT_EQ(std::get<ValueRef>(graph.outputs.at(0)).id, value_of(graph, "y"));
}

TEST(Normalise, KeepsOriginalNumbersAndValues) {
  const Graph loaded = graph_from_text(R"(
    input %x : fp32[4]
    %a = aten::detach(%x) : fp32[4]
    %y = aten::relu(%a) : fp32[4]
    return %y)");
  const Graph graph = normalise(loaded);
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.nodes[0].original, 1);
  EXPECT_EQ(value_of(graph, "y"), value_of(loaded, "y"));
  EXPECT_EQ(graph.values[static_cast<std::size_t>(value_of(graph, "y"))].producer, 0);
  ASSERT_EQ(graph.dropped.size(), 1U);
  EXPECT_EQ(graph.dropped[0].original, 0);
  EXPECT_EQ(graph.dropped[0].op, "aten::detach");
}

}  // namespace
}  // namespace strata
