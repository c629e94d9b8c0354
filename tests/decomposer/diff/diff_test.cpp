#include "decomposer/diff/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/catalogue.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

DiffSide side(const std::string& text) {
  Parted parts = parted(text);
  Decomposition whole;
  whole.normalised = parts.graph;
  whole.tree = parts.tree;
  return side_of("side", std::move(whole), catalogue());
}

std::string model(const std::string& width, const std::string& activation,
                  const std::string& weight) {
  return "input %x : fp32[2,4]\nparameter %w \"" + weight + "\" : fp32[" + width +
         ",4]\n%a = aten::linear(%x, %w, None) : fp32[2," + width + "]\n%b = aten::" + activation +
         "(%a) : fp32[2," + width + "]\nreturn %b\n";
}

TEST(Diff, OfAModelWithItselfIsEmpty) {
  const TreeDiff found = diff(side(residual_stack(3)), side(residual_stack(3)));
  EXPECT_TRUE(found.same());
}

TEST(Diff, TellsAnotherActivation) {
  const DiffSide before = side(model("3", "relu", "w"));
  const DiffSide after = side(model("3", "silu", "w"));
  const TreeDiff found = diff(before, after);
  EXPECT_FALSE(found.same());
  ASSERT_EQ(found.counts.size(), 2u);
  EXPECT_EQ(found.counts[0].name, "relu_2x3_fp32");
  EXPECT_EQ(found.counts[0].after, 0);
  EXPECT_THAT(found.weights, IsEmpty());
  EXPECT_EQ(found.after.flops.vector.value() - found.before.flops.vector.value(), 6 * 4);
  EXPECT_THAT(diff_text(before, after, found), HasSubstr("relu_2x3_fp32: 1 -> 0"));
}

TEST(Diff, TellsAnotherWidth) {
  const TreeDiff found = diff(side(model("3", "relu", "w")), side(model("5", "relu", "w")));
  ASSERT_EQ(found.weights.size(), 1u);
  EXPECT_EQ(found.weights[0].before, "3x4 fp32");
  EXPECT_EQ(found.weights[0].after, "5x4 fp32");
  bool told = false;
  for (const ChangedComponent& change : found.changed) {
    for (const std::string& line : change.changes)
      told |= line == "parameter w: 3x4 fp32 -> 5x4 fp32";
  }
  EXPECT_TRUE(told);
}

TEST(Diff, TellsAWeightOfAnotherName) {
  const TreeDiff found = diff(side(model("3", "relu", "old")), side(model("3", "relu", "new")));
  EXPECT_THAT(found.changed, IsEmpty());
  ASSERT_EQ(found.weights.size(), 2u);
  EXPECT_EQ(found.weights[0].name, "new");
  EXPECT_EQ(found.weights[0].before, "");
  EXPECT_EQ(found.weights[1].name, "old");
}

TEST(Diff, TellsMoreLayersByTheirCounts) {
  const TreeDiff found = diff(side(residual_stack(3)), side(residual_stack(4)));
  EXPECT_FALSE(found.same());
  bool relu = false;
  for (const CountChange& change : found.counts) {
    if (change.name.starts_with("relu")) {
      EXPECT_EQ(change.before, 3);
      EXPECT_EQ(change.after, 4);
      relu = true;
    }
  }
  EXPECT_TRUE(relu);
}

TEST(Diff, TellsAnAttributeThatShowsNowhereElse) {
  const char* text = R"(
    input %x : fp32[2,4]
    %a = aten::leaky_relu(%x, 0.1) : fp32[2,4]
    return %a)";
  std::string other = text;
  other.replace(other.find("0.1"), 3, "0.2");
  const TreeDiff found = diff(side(text), side(other));
  EXPECT_FALSE(found.same());
}

}  // namespace
}  // namespace strata
