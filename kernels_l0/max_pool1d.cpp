#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> max_pool_flops(const Operation& operation) {
  return Flops{0, window_elements(operation)};
}

}  // namespace

Kernel max_pool1d() {
  return {
      .name = "max_pool1d",
      .description = "the largest of each window",
      .patterns = {"max_pool1d|max_pool1d_with_indices(...)"},
      .operand_names = {"x"},
      // The largest of each window (torch.nn.MaxPool1d).
      .flops = max_pool_flops,
  };
}

}  // namespace strata::kernels
