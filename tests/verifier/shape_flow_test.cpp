#include "verifier/shape_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verifier/small_tree.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::map<ValueId, Shape> all_ran() {
  const Shape shape{{2, 4}, ScalarType::kFloat32};
  return {{0, shape}, {3, shape}, {4, shape}, {5, shape}};
}

TEST(ShapeFlow, FollowsEveryInstance) {
  const SmallTree small = small_tree();
  const ShapeFlow flow = shape_flow(small.normalised, small.tree, all_ran());
  EXPECT_TRUE(flow.sound());
  EXPECT_EQ(flow.instances.size(), 3u);
  EXPECT_EQ(flow.seen, 6);
}

TEST(ShapeFlow, ADeclaredShapeThatTheOriginalDoesNotHaveIsAProblem) {
  SmallTree small = small_tree();
  small.tree.components[1].locals[0].sizes = {1, 4};
  EXPECT_THAT(shape_flow(small.normalised, small.tree, all_ran()).problems,
              ElementsAre("act: x is declared [1, 4] fp32, the original has [2, 4] fp32"));
}

TEST(ShapeFlow, AShapeThatRanDifferentlyIsAProblem) {
  const SmallTree small = small_tree();
  auto ran = all_ran();
  ran[5].dtype = ScalarType::kFloat64;
  EXPECT_THAT(shape_flow(small.normalised, small.tree, ran).problems,
              ElementsAre(HasSubstr("the root: x was [2, 4] fp64 when it ran")));
}

TEST(ShapeFlow, NothingSeenIsNotSound) {
  const SmallTree small = small_tree();
  EXPECT_FALSE(shape_flow(small.normalised, small.tree, {}).sound());
}

}  // namespace
}  // namespace strata
