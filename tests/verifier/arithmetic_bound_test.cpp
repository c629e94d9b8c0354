#include "verifier/arithmetic_bound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decomposer/schema/operator_schema.h"

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

TEST(ArithmeticBound, NamesACallByWhatItComputesAndGives) {
  EXPECT_EQ(arithmetic_result("rsub", {2, 4}, ScalarType::kFloat32), "sums 2x4:fp32");
  EXPECT_EQ(arithmetic_result("div_", {}, ScalarType::kBFloat16), "products :bf16");
  EXPECT_EQ(arithmetic_result("matmul", {2, 4}, ScalarType::kFloat32), "");
}

TEST(ArithmeticBound, CountsCastsThatCompute) {
  using enum ScalarType;
  const auto cast = [](ScalarType from, ScalarType to) {
    return cast_result("to", from, {2, 4}, to);
  };
  EXPECT_EQ(cast(kFloat32, kBool), "casts 2x4:bool");
  EXPECT_EQ(cast(kInt64, kBool), "casts 2x4:bool");
  EXPECT_EQ(cast(kFloat32, kInt64), "casts 2x4:i64");
  EXPECT_EQ(cast(kInt64, kUInt8), "casts 2x4:u8");
  EXPECT_EQ(cast(kComplex64, kFloat32), "casts 2x4:fp32");
  for (const auto& [from, to] : {std::pair{kBool, kFloat32},
                                 {kBool, kInt64},
                                 {kInt32, kInt64},
                                 {kInt64, kFloat32},
                                 {kFloat32, kBFloat16},
                                 {kFloat32, kComplex64},
                                 {kFloat32, kFloat32}})
    EXPECT_EQ(cast(from, to), "");
  EXPECT_EQ(cast_result("copy_", kFloat32, {}, kInt64), "casts :i64");
  EXPECT_EQ(cast_result("ne", kFloat32, {2, 4}, kBool), "");
}

TEST(ArithmeticBound, TheLedgerIsTheComponentsOwnArithmetic) {
  Component block;
  block.locals = {{"x", {2, 4}}, {"y", {2, 4}}, {"z", {2, 4}}, {"v", {8}}};
  const auto call = [&](const char* name, const char* overload, LocalId output, CallRole role) {
    block.body.push_back(OperatorCall{operator_schema("aten", name, overload), {}, {output}, role});
  };
  call("mul", "Tensor", 1, CallRole::kArithmetic);
  call("add", "Tensor", 2, CallRole::kArithmetic);
  call("view", "", 3, CallRole::kPlumbing);
  block.locals.push_back({"mask", {2, 4}, ScalarType::kBool});
  call("to", "dtype", 4, CallRole::kPlumbing);
  std::get<OperatorCall>(block.body.back()).arguments = {ValueRef{0}};
  EXPECT_EQ(
      ledger_arithmetic(block),
      (OperatorCounts{{"casts 2x4:bool", 1}, {"products 2x4:fp32", 1}, {"sums 2x4:fp32", 1}}));
}

TEST(ArithmeticBound, SaysWhatRanBeyondTheOriginal) {
  EXPECT_THAT(beyond({{"sums 2x4:fp32", 1}}, {{"sums 2x4:fp32", 2}}), IsEmpty());
  EXPECT_THAT(beyond({{"sums 2x4:fp32", 2}, {"sums 8:fp32", 1}}, {{"sums 2x4:fp32", 1}}),
              ElementsAre("sums 2x4:fp32: ran 2, the original has 1",
                          "sums 8:fp32: ran 1, the original has 0"));
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
  EXPECT_EQ(sole_flat_child({parent("top", {}, {{"all", 1}}), all}, "top.h", {}), "all.h");
  EXPECT_EQ(sole_flat_child(
                {parent("top", {}, {{"all", 1}, {"more", 1}}), all, flat("more", {{"softmax", 1}})},
                "top.h", {}),
            "");
}

TEST(FlatChild, OperatorsForShowBesideItChangeNothing) {
  const auto beside = [](const char* name) {
    const ClassFacts all = flat("all", {{"linear", 1}, {"relu", 1}});
    return sole_flat_child(
        {parent("top", {}, {{"all", 1}, {"more", 1}}), all, flat("more", {{name, 1}})}, "top.h",
        {{"aten::addmm", 1}, {"aten::relu", 1}, {"aten::div.Tensor", 1}});
  };
  EXPECT_EQ(beside("maximum"), "all.h");
  EXPECT_EQ(beside("add"), "all.h");
  EXPECT_EQ(beside("mul"), "");      // the original's quotient
  EXPECT_EQ(beside("softmax"), "");  // may be the original's, spelt otherwise
}

TEST(FlatChild, OneKernelMayStandInOneChild) {
  EXPECT_EQ(
      sole_flat_child({parent("top", {}, {{"one", 1}}), flat("one", {{"linear", 1}, {"view", 2}})},
                      "top.h", {}),
      "");
}

TEST(ArithmeticBound, ASoleChildOfRawCodeHoldsEverything) {
  const ClassFacts top = parent("top", {}, {{"raw", 1}});
  EXPECT_EQ(sole_raw_child({top}, "top.h", {{"aten::sin", 1}, {"aten::cos", 1}}), "raw::Model");
  EXPECT_EQ(sole_raw_child({top}, "top.h", {{"aten::sin", 1}, {"aten::view", 2}}), "");
  EXPECT_EQ(sole_raw_child({parent("top", {}, {{"one", 1}}), flat("one", {{"sin", 1}})}, "top.h",
                           {{"aten::sin", 2}}),
            "");
  EXPECT_EQ(
      sole_raw_child({parent("top", {}, {{"raw", 1}, {"other", 1}})}, "top.h", {{"aten::sin", 2}}),
      "");
}

}  // namespace
}  // namespace strata
