#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> adaptive_avg_pool_flops(const Operation& operation) {
  return Flops{0, adaptive_window_elements(operation, 1) + elements(operation.output())};
}

}  // namespace

Kernel adaptive_avg_pool1d() {
  return {
      .name = "adaptive_avg_pool1d",
      .description = "means over windows that divide the input into the output size",
      .patterns = {"adaptive_avg_pool1d|_adaptive_avg_pool1d(...)"},
      .operand_names = {"x"},
      // The sum of each window, over its size (torch.nn.AdaptiveAvgPool1d).
      .flops = adaptive_avg_pool_flops,
  };
}

}  // namespace strata::kernels
