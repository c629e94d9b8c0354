#include "decomposer/cost/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decomposer/cost/formula_index.h"
#include "decomposer/cost/llm_viewer.h"
#include "decomposer/cost/roofline.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

using testing::ElementsAre;

ComponentCost cost_of_only(const std::string& operation, const std::string& text) {
  const Parted parts = parted(text);
  const TreeCost cost = cost_of(parts.tree, catalogue());
  for (std::size_t i = 0; i < parts.tree.components.size(); ++i) {
    if (parts.tree.components[i].operation == operation) return cost.components[i];
  }
  ADD_FAILURE() << "no " << operation;
  return {};
}

TEST(Cost, OfALinearIsItsProductsBiasAndTensors) {
  const ComponentCost cost = cost_of_only("linear", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[3,4]
    parameter %b : fp32[3]
    %y = aten::linear(%x, %w, %b) : fp32[2,3]
    return %y)");
  EXPECT_EQ(cost.own.flops.matrix.value(), 2 * 2 * 3 * 4);
  EXPECT_EQ(cost.own.flops.vector.value(), 2 * 3);
  EXPECT_EQ(cost.own.bytes_read.value(), 4 * (8 + 12 + 3));
  EXPECT_EQ(cost.own.bytes_written.value(), 4 * 6);
  EXPECT_TRUE(cost.by_catalogue);
}

TEST(Cost, OfAnEmbeddingReadsTheRowsAlone) {
  const ComponentCost cost = cost_of_only("embedding", R"(
    input %i : i64[5]
    parameter %w : fp32[1000,8]
    %y = aten::embedding(%w, %i) : fp32[5,8]
    return %y)");
  EXPECT_EQ(cost.own.bytes_read.value(), 5 * 8 + 4 * 5 * 8);
}

TEST(Cost, OfAKernelOfSeveralOperatorsIsTheirSumAndSaysSo) {
  const ComponentCost spelled = cost_of_only("silu", R"(
    input %x : fp32[7]
    %s = aten::sigmoid(%x) : fp32[7]
    %y = aten::mul.Tensor(%x, %s) : fp32[7]
    return %y)");
  EXPECT_EQ(spelled.own.flops.vector.value(), 7 * 5);
  EXPECT_FALSE(spelled.by_catalogue);
  // What is made inside stays inside.
  EXPECT_EQ(spelled.own.bytes_read.value(), 4 * 7);
  EXPECT_EQ(spelled.own.bytes_written.value(), 4 * 7);
  const ComponentCost fused = cost_of_only("silu", R"(
    input %x : fp32[7]
    %y = aten::silu(%x) : fp32[7]
    return %y)");
  EXPECT_EQ(fused.own.flops, spelled.own.flops);
  EXPECT_TRUE(fused.by_catalogue);
}

// Two ways to the same number: the formula, and the operators that spell it out.
TEST(Cost, OfALayerNormIsTheSameSpelledOut) {
  const ComponentCost spelled = cost_of_only("layer_norm", R"(
    input %x : fp32[6,5]
    parameter %w : fp32[5]
    parameter %b : fp32[5]
    %m = aten::mean.dim(%x, [-1], True) : fp32[6,1]
    %d = aten::sub.Tensor(%x, %m) : fp32[6,5]
    %q = aten::pow.Tensor_Scalar(%d, 2) : fp32[6,5]
    %v = aten::mean.dim(%q, [-1], True) : fp32[6,1]
    %e = aten::add.Tensor(%v, 1e-05) : fp32[6,1]
    %r = aten::sqrt(%e) : fp32[6,1]
    %n = aten::div.Tensor(%d, %r) : fp32[6,5]
    %s = aten::mul.Tensor(%w, %n) : fp32[6,5]
    %y = aten::add.Tensor(%s, %b) : fp32[6,5]
    return %y)");
  const ComponentCost fused = cost_of_only("layer_norm", R"(
    input %x : fp32[6,5]
    parameter %w : fp32[5]
    parameter %b : fp32[5]
    %y = aten::layer_norm(%x, [5], %w, %b) : fp32[6,5]
    return %y)");
  EXPECT_EQ(spelled.own.flops, fused.own.flops);
}

// A formula that no operator leads to would never be used.
TEST(FormulaIndex, LeadsToEveryFormula) {
  for (const Kernel& kernel : catalogue()) {
    if (kernel.flops == nullptr) continue;
    bool listed = false;
    for (const std::string& pattern : kernel.patterns) {
      const std::string name = pattern.substr(0, pattern.find_first_of("|("));
      listed |= pattern == name + "(...)" || pattern.starts_with(name + "|");
    }
    EXPECT_TRUE(listed) << kernel.name;
  }
  const FormulaIndex formulas(catalogue());
  EXPECT_EQ(formulas.find("silu_")->flops, formulas.find("silu")->flops);
  EXPECT_EQ(formulas.find("add"), nullptr);
}

TEST(Cost, NamesOperatorsThatNoFormulaKnows) {
  const ComponentCost cost = cost_of_only("fft_rfft", R"(
    input %x : fp32[8]
    %y = aten::fft_rfft(%x) : c64[5]
    return %y)");
  EXPECT_THAT(cost.uncounted, ElementsAre("aten::fft_rfft"));
}

TEST(Cost, OfAParentIsItsArithmeticAndItsChildren) {
  const Parted parts = parted(residual_stack(3));
  const TreeCost cost = cost_of(parts.tree, catalogue());
  Cost sum;
  for (std::size_t i = 0; i < parts.tree.components.size(); ++i)
    sum += cost.components[i].own * cost.uses[i];
  EXPECT_EQ(cost.total(), sum);
  const Component& layer = parts.tree.components[parts.tree.components.size() - 2];
  ASSERT_EQ(layer.level, 2);
  const ComponentCost& own = cost.components[parts.tree.components.size() - 2];
  const TensorShape result{layer.locals[static_cast<std::size_t>(layer.outputs[0])].sizes,
                           ScalarType::kFloat32};
  EXPECT_EQ(own.own.flops, (Flops{0, elements(result)})) << "the residual's sum";
  EXPECT_EQ(own.own.bytes_read.value(), 2 * bytes(result).value());
}

TEST(Roofline, TakesTheLongerOfComputingAndMoving) {
  const Cost cost{{600, 400}, 100, 100};
  EXPECT_DOUBLE_EQ(least_seconds(cost, {100, 1000}), 10);
  EXPECT_TRUE(is_compute_bound(cost, {100, 1000}));
  EXPECT_DOUBLE_EQ(least_seconds(cost, {1000, 10}), 20);
  EXPECT_FALSE(is_compute_bound(cost, {1000, 10}));
  EXPECT_DOUBLE_EQ(intensity(cost), 5);
}

TEST(LlmViewer, CountsWhatItsTableDoes) {
  const Parted parts = parted(residual_stack(3));
  const std::vector<Count> flops = llm_viewer_flops(parts.tree);
  ASSERT_EQ(flops.size(), parts.tree.instances.size());
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const Instance& instance = parts.tree.instances[i];
    const Component& component =
        parts.tree.components[static_cast<std::size_t>(instance.component)];
    const TensorShape out{component.locals[static_cast<std::size_t>(component.outputs[0])].sizes,
                          ScalarType::kFloat32};
    if (component.level == 2) EXPECT_EQ(flops[i], elements(out)) << "one residual";
    if (component.operation == "layer_norm") EXPECT_EQ(flops[i], elements(out) * 7);
    if (component.level == 3) EXPECT_EQ(flops[i].value(), 0);
  }
}

}  // namespace
}  // namespace strata
