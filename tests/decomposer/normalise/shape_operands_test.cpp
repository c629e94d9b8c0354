#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

std::string normalised(std::string_view text) { return to_text(normalise(graph_from_text(text))); }

TEST(ShapeOperands, ReshapeAsReadsNoShape) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2,3]
    input %s : fp32[6]
    %y = aten::reshape_as(%x, %s) : fp32[6]
    return %y)"),
            "%y = aten::reshape(%x, [6])\n");
}

TEST(ShapeOperands, TypeAsBecomesACast) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2]
    input %s : bf16[6]
    %y = aten::type_as(%x, %s) : bf16[2]
    return %y)"),
            "%y = aten::to.dtype(%x, bf16, False, False, None)\n");
}

TEST(ShapeOperands, TypeAsOfTheSameTypeIsNothing) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2]
    input %s : fp32[6]
    %t = aten::type_as(%x, %s) : fp32[2]
    %y = aten::relu(%t) : fp32[2]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(ShapeOperands, LikeBecomesAConstant) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2,3]
    %y = aten::full_like(%x, 7, dtype=i64) : i64[2,3]
    return %y)"),
            "%y = aten::full([2, 3], 7, i64, None, None, None)\n");
  EXPECT_EQ(normalised(R"(
    input %x : bf16[2,3]
    %y = aten::new_zeros(%x, [4]) : bf16[4]
    return %y)"),
            "%y = aten::zeros([4], bf16, None, None, None)\n");
}

TEST(ShapeOperands, LikeThatLendsItsStridesStays) {
  const std::string text = normalised(R"(
    input %x : fp32[2,3]{1,2}
    %y = aten::zeros_like(%x) : fp32[2,3]{1,2}
    return %y)");
  EXPECT_NE(text.find("aten::zeros_like(%x"), std::string::npos) << text;
}

TEST(ShapeOperands, ReplacedNodesAreLoggedAndKept) {
  const Graph graph = normalise(graph_from_text(R"(
    input %x : fp32[2,3]
    input %s : fp32[6]
    %y = aten::reshape_as(%x, %s) : fp32[6]
    return %y)"));
  EXPECT_TRUE(graph.dropped.empty());
  ASSERT_EQ(graph.log.size(), 1U);
  EXPECT_EQ(graph.log[0].subject, "y");
  EXPECT_EQ(graph.log[0].decision, "became aten::reshape");
}

}  // namespace
}  // namespace strata
