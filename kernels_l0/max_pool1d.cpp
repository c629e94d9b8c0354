#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel max_pool1d() {
  return {
      .name = "max_pool1d",
      .description = "the largest of each window",
      .patterns = {"max_pool1d|max_pool1d_with_indices(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
