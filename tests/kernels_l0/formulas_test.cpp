#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "kernels_l0/catalogue.h"
#include "kernels_l0/error.h"
#include "kernels_l0/operator_flops.h"
#include "tests/kernels_l0/formula_cases.h"

namespace strata {
namespace {

Flops counted(const FormulaCase& one) {
  Tally tally;
  one.loop(tally);
  return tally.flops();
}

const Kernel& kernel_called(const std::vector<Kernel>& kernels, const std::string& name) {
  for (const Kernel& kernel : kernels) {
    if (kernel.name == name) return kernel;
  }
  throw std::out_of_range(name);
}

std::string described(const FormulaCase& one) { return one.kernel + " by " + one.operation.name; }

TEST(Formulas, CountWhatANaiveLoopDoes) {
  const std::vector<Kernel> kernels = catalogue();
  for (const FormulaCase& one : formula_cases()) {
    const auto flops = kernel_called(kernels, one.kernel).flops(one.operation);
    ASSERT_TRUE(flops.has_value()) << described(one);
    const Flops expected = counted(one);
    EXPECT_EQ(flops->matrix.value(), expected.matrix.value()) << described(one);
    EXPECT_EQ(flops->vector.value(), expected.vector.value()) << described(one);
  }
}

TEST(Formulas, EveryOneIsHeldAgainstALoop) {
  std::set<std::string> held;
  for (const FormulaCase& one : formula_cases()) held.insert(one.kernel);
  for (const Kernel& kernel : catalogue()) {
    if (kernel.flops != nullptr) EXPECT_TRUE(held.contains(kernel.name)) << kernel.name;
  }
}

// Formulas with a mistake in them: some part twice, not at all, or once too often.
TEST(Formulas, NoMistakeInOneGoesUnseen) {
  using Mistake = std::function<Flops(Flops)>;
  const std::vector<std::pair<std::string, Mistake>> mistakes = {
      {"products twice", [](Flops f) { return Flops{f.matrix * 2, f.vector}; }},
      {"no products", [](Flops f) { return Flops{0, f.vector}; }},
      {"half the products", [](Flops f) { return Flops{f.matrix / 2, f.vector}; }},
      {"the rest twice", [](Flops f) { return Flops{f.matrix, f.vector * 2}; }},
      {"products alone", [](Flops f) { return Flops{f.matrix, 0}; }},
      {"one too many", [](Flops f) { return Flops{f.matrix, f.vector + 1}; }},
      {"products for others", [](Flops f) { return Flops{f.vector, f.matrix}; }},
  };
  const std::vector<Kernel> kernels = catalogue();
  int seen = 0;
  for (const FormulaCase& one : formula_cases()) {
    const Flops right = *kernel_called(kernels, one.kernel).flops(one.operation);
    for (const auto& [name, mistake] : mistakes) {
      if (mistake(right) == right) continue;  // there is nothing to get wrong: 2 * 0
      EXPECT_NE(mistake(right), counted(one)) << described(one) << ": " << name;
      ++seen;
    }
  }
  EXPECT_GT(seen, 300);
}

Operation on(std::string name, std::vector<std::int64_t> in, std::vector<std::int64_t> out,
             ScalarType dtype = ScalarType::kFloat32) {
  return {
      std::move(name), "", {{"self", {{std::move(in), dtype}}, {}, {}}}, {{std::move(out), dtype}}};
}

TEST(OperatorFlops, AReductionCountsItsOperand) {
  EXPECT_EQ(operator_flops(on("sum", {3, 4}, {3}))->vector.value(), 12);
  EXPECT_EQ(operator_flops(on("mean", {3, 4}, {3}))->vector.value(), 12 + 3);
  // Sum, deviation, square, sum; two quotients per row.
  EXPECT_EQ(operator_flops(on("var", {3, 4}, {3}))->vector.value(), 4 * 12 + 2 * 3);
}

TEST(OperatorFlops, OperatorsInPlaceCountAsThoseThatAreNot) {
  EXPECT_EQ(operator_flops(on("add_", {3, 4}, {3, 4}))->vector.value(), 12);
}

TEST(OperatorFlops, AFactorAlphaIsAnOperation) {
  Operation add = on("add", {3, 4}, {3, 4});
  add.arguments.push_back({"alpha", {}, {2}, {}});
  EXPECT_EQ(operator_flops(add)->vector.value(), 24);
}

TEST(OperatorFlops, ACubeIsTwoProducts) {
  Operation power = on("pow", {5}, {5});
  power.arguments.push_back({"exponent", {}, {3}, {}});
  EXPECT_EQ(operator_flops(power)->vector.value(), 10);
}

TEST(OperatorFlops, ComplexProductsTakeSix) {
  EXPECT_EQ(operator_flops(on("mul", {5}, {5}, ScalarType::kComplex64))->vector.value(), 30);
}

TEST(OperatorFlops, MovingCountsNothing) {
  EXPECT_EQ(*operator_flops(on("cat", {5}, {5})), Flops{});
}

TEST(OperatorFlops, WhatNoFormulaKnowsIsNotZero) {
  EXPECT_FALSE(operator_flops(on("fft_rfft", {8}, {5})).has_value());
}

TEST(Count, RefusesWhatDoesNotFit) {
  const Count large = std::int64_t{1} << 62;
  try {
    (void)(large * 2);
    FAIL() << "wrapped";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "cost.overflow");
  }
  EXPECT_THROW((void)(large + large), Error);
}

}  // namespace
}  // namespace strata
