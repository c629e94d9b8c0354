#include "kernels_l0/formulas.h"

#include <algorithm>

namespace strata {
namespace {

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

Flops elementwise(const Operation& operation, std::int64_t per_element) {
  return {0, elements(operation.output()) * per_element};
}

std::optional<Flops> no_flops(const Operation&) { return Flops{}; }

Count bytes_like_result(const Operation& operation) {
  return std::min(bytes(operation.operand(0)), bytes(operation.output()));
}

std::optional<Flops> contraction_flops(const Operation& operation) {
  const Count results = elements(operation.output());
  // The bias of addmm and baddbmm stands before the factors, that of linear behind them.
  const bool added = operation.name.starts_with("add") || operation.name.starts_with("badd");
  const TensorShape& factor = operation.operand(added ? 1 : 0);
  Flops flops{results * 2 * last_size(factor), 0};
  const double beta = operation.number("beta", 1);
  if (operation.has("bias") || (added && beta != 0)) flops.vector += results;
  if (added && beta != 0 && beta != 1) flops.vector += elements(operation.operand(0));
  if (operation.number("alpha", 1) != 1) flops.vector += results;
  return flops;
}

std::optional<Flops> convolution_flops(const Operation& operation) {
  const TensorShape& weight = *operation.tensor("weight");
  const bool transposed =
      operation.name.starts_with("conv_transpose") || operation.number("transposed", 0) != 0;
  const TensorShape& per = transposed ? operation.operand(0) : operation.output();
  Flops flops{elements(per) * 2 * (elements(weight) / weight.sizes.front()), 0};
  if (operation.has("bias")) flops.vector += elements(operation.output());
  return flops;
}

Flops normalisation_flops(const Operation& operation, Count rows) {
  const int per_element = 5 + (operation.has("weight") ? 1 : 0) + (operation.has("bias") ? 1 : 0);
  return {0, elements(operation.operand(0)) * per_element + rows * 4};
}

Count window_elements(const Operation& operation) {
  const std::vector<std::int64_t> kernel = operation.integers("kernel_size");
  Count window = 1;
  for (const std::int64_t size : kernel) window = window * size;
  // One number stands for all dimensions.
  const bool two = operation.name.find("2d") != std::string::npos;
  const bool three = operation.name.find("3d") != std::string::npos;
  if (kernel.size() == 1 && two) window = window * kernel.front();
  if (kernel.size() == 1 && three) window = window * kernel.front() * kernel.front();
  return elements(operation.output()) * window;
}

Count adaptive_window_elements(const Operation& operation, int dimensions) {
  const std::vector<std::int64_t>& in = operation.operand(0).sizes;
  const std::vector<std::int64_t>& out = operation.output().sizes;
  Count total = 1;
  for (std::size_t d = 0; d < in.size(); ++d) {
    if (d + static_cast<std::size_t>(dimensions) < in.size()) {
      total = total * in[d];
      continue;
    }
    Count covered = 0;
    for (std::int64_t i = 0; i < out[d]; ++i)
      covered += divided_up((i + 1) * in[d], out[d]) - i * in[d] / out[d];
    total = total * covered;
  }
  return total;
}

std::optional<Flops> recurrent_flops(const Operation& operation, int gates, int per_unit) {
  const TensorShape& input = operation.operand(0);
  const Count steps = elements(input) / std::max<std::int64_t>(last_size(input), 1);
  Flops flops;
  std::int64_t matrices = 0;
  std::int64_t hidden = 0;
  for (const OperationArgument& argument : operation.arguments) {
    const bool weights = argument.name == "params" || argument.name.starts_with("w_") ||
                         argument.name.starts_with("b_");
    if (!weights) continue;
    for (const TensorShape& weight : argument.tensors) {
      if (weight.sizes.size() == 1) flops.vector += steps * weight.sizes.front();
      if (weight.sizes.size() != 2) continue;
      flops.matrix += steps * 2 * elements(weight);
      // A projection has fewer rows than gates; it belongs to the unit before it.
      const bool projection = hidden != 0 && weight.sizes.front() != hidden * gates;
      if (projection) continue;
      hidden = weight.sizes.front() / gates;
      ++matrices;
    }
  }
  // Each unit has two matrices: of the input and of the state.
  flops.vector += steps * hidden * per_unit * (matrices / 2);
  return flops;
}

Flops loss_flops(const Operation& operation, Count count, std::int64_t per_element) {
  // ATen's numbers: 0 none, 1 mean, 2 sum.
  const double reduction = operation.number("reduction", 1);
  Flops flops{0, count * per_element};
  if (reduction != 0) flops.vector += count;
  if (reduction == 1) flops.vector += 1;
  return flops;
}

}  // namespace strata
