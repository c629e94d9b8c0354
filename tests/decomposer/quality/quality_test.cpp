#include "decomposer/quality/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decomposer/cover/cover.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/graph_text.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Quality quality_of(const Parted& parts, const std::vector<ModuleSignature>& signatures = {}) {
  return quality_of(parts.graph, parts.graph, parts.tree, signatures);
}

TEST(Quality, OfAStackOfLayersHasNoFault) {
  const Quality quality = quality_of(parted(residual_stack(3)));
  EXPECT_EQ(quality.violations, 0);
  EXPECT_EQ(quality.loose_compute, 0);
  EXPECT_EQ(quality.kernels, 5);  // a norm, two linears of a layer, relu, the head
  EXPECT_EQ(quality.root.distinct_children, 2);
  EXPECT_THAT(quality.unrolled, IsEmpty());
  EXPECT_THAT(quality.generic, IsEmpty());
  EXPECT_EQ(quality.modules_compared, 0);
}

// The residual add of the first layer, turned into compute behind the tree's back.
TEST(Quality, ComputeInAParentIsLoose) {
  Parted parts = parted(residual_stack(3));
  Node& node = parts.graph.nodes[static_cast<std::size_t>(maker_of(parts.graph, "x1"))];
  node.op = operator_schema("aten", "maximum", "");
  node.arguments.resize(2);
  const Quality quality = quality_of(parts);
  EXPECT_EQ(quality.loose_compute, 1);
  EXPECT_GT(quality.violations, 0);
}

TEST(Quality, LayersThatAreNoListAreNotALoop) {
  Parted parts = parted(residual_stack(3));
  for (Child& child : parts.tree.components.back().children) child.index.reset();
  EXPECT_THAT(quality_of(parts).unrolled, ElementsAre(parts.tree.components.back().name));
}

TEST(Quality, ANameThatSpellsOutOperatorsIsGeneric) {
  Parted parts = parted(residual_stack(3));
  Component& kernel = parts.tree.components.front();
  const std::string name = std::get<OperatorCall>(kernel.body.front()).op->name;
  kernel.operation = name + "_" + name;
  EXPECT_THAT(quality_of(parts).generic, ElementsAre(kernel.name));
  kernel.operation = "scan";
  EXPECT_THAT(quality_of(parts).generic, ElementsAre(kernel.name));
  kernel.operation = name;
  EXPECT_THAT(quality_of(parts).generic, IsEmpty());
}

TEST(Quality, ALayerThatTakesAndGivesWhatItsModuleDoesLeaksNothing) {
  const Quality quality = quality_of(parted(residual_stack(2)), {{"layers.0", {"x0"}, {"x1"}}});
  EXPECT_EQ(quality.modules_compared, 1);
  EXPECT_THAT(quality.leaks, IsEmpty());
}

TEST(Quality, PortsThatTheModuleDoesNotHaveAreLeaks) {
  const Quality quality = quality_of(parted(residual_stack(2)), {{"layers.1", {"q0"}, {"q1"}}});
  ASSERT_EQ(quality.leaks.size(), 2u);
  EXPECT_EQ(quality.leaks[0].value, "x1");
  EXPECT_TRUE(quality.leaks[0].is_input);
  EXPECT_EQ(quality.leaks[1].value, "x2");
  EXPECT_FALSE(quality.leaks[1].is_input);
  EXPECT_THAT(quality_text(quality), HasSubstr("takes x1, which layers.1 doesn't"));
}

// A no-op cast inside the module gave its result another name.
TEST(Quality, ATensorIsTheOneThatNormalisationLeftInItsPlace) {
  std::string text = residual_stack(2);
  const std::string add = "%x1 = aten::add.Tensor(%x0, %q0) : fp32[2,8] @layers.0\n";
  text.replace(text.find(add), add.size(),
               "%s1 = aten::add.Tensor(%x0, %q0) : fp32[2,8] @layers.0\n"
               "%x1 = aten::to.dtype(%s1, fp32) : fp32[2,8] @layers.0\n");
  const Graph loaded = graph_from_text(text);
  const Graph normalised = normalise(loaded);
  const Tree tree = partition(normalised, cover(normalised, catalogue()));
  const Quality quality = quality_of(loaded, normalised, tree,
                                     {{"layers.0", {"x0"}, {"x1"}}, {"layers.1", {"x1"}, {"x2"}}});
  EXPECT_EQ(quality.modules_compared, 2);
  EXPECT_THAT(quality.leaks, IsEmpty());
}

}  // namespace
}  // namespace strata
