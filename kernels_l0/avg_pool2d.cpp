#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> avg_pool_flops(const Operation& operation) {
  return Flops{0, window_elements(operation) + elements(operation.output())};
}

}  // namespace

Kernel avg_pool2d() {
  return {
      .name = "avg_pool2d",
      .description = "the mean of each window",
      .patterns = {"avg_pool2d(...)"},
      .operand_names = {"x"},
      // The sum of each window, over its size (torch.nn.AvgPool2d).
      .flops = avg_pool_flops,
  };
}

}  // namespace strata::kernels
