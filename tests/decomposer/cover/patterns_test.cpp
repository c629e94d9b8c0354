#include <gtest/gtest.h>

#include "decomposer/cover/pattern.h"
#include "kernels_l0/error.h"
#include "tests/decomposer/cover/cover_text.h"

namespace strata {
namespace {

// x * 2 + 1, under a name that the catalogue lacks: all that adding a kernel takes.
Kernel double_plus_one() {
  return {.name = "double_plus_one",
          .description = "2 x + 1",
          .patterns = {"add(to?(mul(%x, 2)), 1)"},
          .operand_names = {"input"}};
}

TEST(Catalogue, AKernelThatIsAddedIsRecognised) {
  std::vector<Kernel> kernels = catalogue();
  kernels.push_back(double_plus_one());
  const Covered covered(R"(
    input %x : fp32[4]
    %r = aten::relu(%x) : fp32[4]
    %a = aten::mul.Tensor(%r, 2) : fp32[4]
    %b = aten::add.Tensor(%a, 1.0) : fp32[4]
    return %b)",
                        kernels);
  EXPECT_EQ(covered.operations(), "relu double_plus_one");
  const KernelRegion& kernel = covered.cover.kernels[1];
  EXPECT_EQ(kernel.operands, (std::vector<ValueId>{value_of(covered.graph, "r")}));
  EXPECT_EQ(kernel.operand_names, (std::vector<std::string>{"input"}));
}

TEST(Catalogue, WithoutThatKernelTheOpsStayInTheParent) {
  const Covered covered(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2) : fp32[4]
    %b = aten::add.Tensor(%a, 1.0) : fp32[4]
    return %b)");
  EXPECT_EQ(covered.operations(), "");
}

std::string with_double_plus_one(std::string_view text) {
  return Covered(text, {double_plus_one()}).operations();
}

TEST(Pattern, MatchesSwappedOperandsAndOptionalCasts) {
  EXPECT_EQ(with_double_plus_one(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2.00001) : fp32[4]
    %c = aten::to.dtype(%a, bf16) : bf16[4]
    %b = aten::add.Tensor(%c, 1) : bf16[4]
    return %b)"),
            "double_plus_one");
}

TEST(Pattern, RefusesAnotherNumber) {
  EXPECT_EQ(with_double_plus_one(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2.01) : fp32[4]
    %b = aten::add.Tensor(%a, 1) : fp32[4]
    return %b)"),
            "");
}

TEST(Pattern, RefusesAScaledAddition) {
  EXPECT_EQ(with_double_plus_one(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2) : fp32[4]
    %b = aten::add.Tensor(%a, 1, alpha=3) : fp32[4]
    return %b)"),
            "");
}

TEST(Pattern, RefusesAnInnerValueThatIsReadOutside) {
  EXPECT_EQ(with_double_plus_one(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2) : fp32[4]
    %b = aten::add.Tensor(%a, 1) : fp32[4]
    %c = aten::add.Tensor(%b, %a) : fp32[4]
    return %c)"),
            "");
}

TEST(Pattern, RefusesAnInnerValueThatIsReturned) {
  EXPECT_EQ(with_double_plus_one(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2) : fp32[4]
    %b = aten::add.Tensor(%a, 1) : fp32[4]
    return %a, %b)"),
            "");
}

TEST(Pattern, ASharedCastIsLeftOutside) {
  // With its cast the norm would take the residual's operand away; without it, it matches all the
  // same.
  const Covered covered(R"(
    input %x : bf16[2,4]
    parameter %w : bf16[4]
    %f = aten::to.dtype(%x, fp32) : fp32[2,4]
    %p = aten::pow.Tensor_Scalar(%f, 2) : fp32[2,4]
    %m = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%m, 1e-6) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%f, %r) : fp32[2,4]
    %o = aten::mul.Tensor(%w, %n) : fp32[2,4]
    %y = aten::add.Tensor(%f, %o) : fp32[2,4]
    return %y)");
  EXPECT_EQ(covered.kernel_of("p"), "rms_norm");
  EXPECT_EQ(covered.kernel_of("f"), "plumbing");
}

TEST(Pattern, TheSameNameIsTheSameValue) {
  EXPECT_EQ(Covered(R"(
    input %x : fp32[4]
    %s = aten::sigmoid(%x) : fp32[4]
    %y = aten::mul.Tensor(%x, %s) : fp32[4]
    return %y)")
                .operations(),
            "silu");
  EXPECT_EQ(Covered(R"(
    input %x : fp32[4]
    input %z : fp32[4]
    %s = aten::sigmoid(%x) : fp32[4]
    %y = aten::mul.Tensor(%z, %s) : fp32[4]
    return %y)")
                .operations(),
            "sigmoid");
}

TEST(Pattern, BadNotationIsRefusedWithItsPlace) {
  for (const char* text : {"mul(%x", "mul(%x))", "mul()", "mul(%)", "to?(%x, %y)", "3x("}) {
    try {
      read_pattern(text);
      ADD_FAILURE() << text << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "pattern.syntax") << text;
    }
  }
}

TEST(Pattern, EveryPatternOfTheCatalogueIsReadableAndHasARoot) {
  for (const Kernel& kernel : catalogue()) {
    EXPECT_FALSE(kernel.description.empty()) << kernel.name;
    ASSERT_FALSE(kernel.patterns.empty()) << kernel.name;
    for (const std::string& text : kernel.patterns) {
      EXPECT_FALSE(root_operators(read_pattern(text)).empty()) << kernel.name << ": " << text;
    }
  }
}

}  // namespace
}  // namespace strata
