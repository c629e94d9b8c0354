#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel max_pool2d() {
  return {
      .name = "max_pool2d",
      .description = "the largest of each window",
      .patterns = {"max_pool2d|max_pool2d_with_indices(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
