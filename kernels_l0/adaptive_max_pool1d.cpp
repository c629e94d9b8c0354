#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> adaptive_max_pool_flops(const Operation& operation) {
  return Flops{0, adaptive_window_elements(operation, 1)};
}

}  // namespace

Kernel adaptive_max_pool1d() {
  return {
      .name = "adaptive_max_pool1d",
      .description = "maxima over windows that divide the input into the output size",
      .patterns = {"adaptive_max_pool1d(...)"},
      .operand_names = {"x"},
      // The largest of each window (torch.nn.AdaptiveMaxPool1d).
      .flops = adaptive_max_pool_flops,
  };
}

}  // namespace strata::kernels
