#include "verifier/arithmetic_bound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ClassFacts parent(const std::string& name, OperatorCounts arithmetic, OperatorCounts children) {
  ClassFacts facts;
  facts.file = name + ".h";
  facts.name = name + "::Model";
  facts.arithmetic = std::move(arithmetic);
  for (const auto& [child, calls] : children) facts.children[child + "::Model"] = calls;
  return facts;
}

ClassFacts flat(const std::string& name, OperatorCounts operators) {
  ClassFacts facts = parent(name, {}, {});
  facts.profile = Profile::kFlat;
  facts.operators = std::move(operators);
  return facts;
}

TEST(ArithmeticBound, SpellsOperatorsAsTracesAndGraphsDo) {
  const OperatorCounts counts =
      arithmetic_in({{"aten::add.Tensor", 2}, {"rsub", 1}, {"mul_", 1}, {"linear", 5}});
  EXPECT_EQ(counts.at("add"), 3);
  EXPECT_EQ(counts.at("sub"), 3);
  EXPECT_EQ(counts.at("div"), 1);
  EXPECT_EQ(counts.at("pow"), 0);
}

TEST(ArithmeticBound, CountsWhatParentsBelowCompute) {
  const std::vector<ClassFacts> classes{parent("top", {{"add", 1}}, {{"block", 3}}),
                                        parent("block", {{"add", 2}}, {})};
  EXPECT_THAT(arithmetic_excess(classes, "top.h", {{"aten::add.Tensor", 7}}), IsEmpty());
  EXPECT_THAT(arithmetic_excess(classes, "top.h", {{"aten::add.Tensor", 6}}),
              ElementsAre(HasSubstr("7 sums, the original 6")));
}

TEST(FlatChild, OneThatHoldsEverythingIsNamed) {
  const ClassFacts all = flat("all", {{"linear", 1}, {"relu", 1}, {"view", 3}});
  EXPECT_EQ(sole_flat_child({parent("top", {}, {{"all", 1}}), all}, "top.h"), "all.h");
  EXPECT_EQ(sole_flat_child(
                {parent("top", {}, {{"all", 1}, {"more", 1}}), all, flat("more", {{"softmax", 1}})},
                "top.h"),
            "");
}

TEST(FlatChild, OneKernelMayStandInOneChild) {
  EXPECT_EQ(
      sole_flat_child({parent("top", {}, {{"one", 1}}), flat("one", {{"linear", 1}, {"view", 2}})},
                      "top.h"),
      "");
}

}  // namespace
}  // namespace strata
