#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel max_pool3d() {
  return {
      .name = "max_pool3d",
      .description = "the largest of each window",
      .patterns = {"max_pool3d|max_pool3d_with_indices(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
