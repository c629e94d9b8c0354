#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> avg_pool_flops(const Operation& operation) {
  return Flops{0, window_elements(operation) + elements(operation.output())};
}

}  // namespace

Kernel avg_pool3d() {
  return {
      .name = "avg_pool3d",
      .description = "the mean of each window",
      .patterns = {"avg_pool3d(...)"},
      .operand_names = {"x"},
      // The sum of each window, over its size (torch.nn.AvgPool3d).
      .flops = avg_pool_flops,
  };
}

}  // namespace strata::kernels
