#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel avg_pool3d() {
  return {
      .name = "avg_pool3d",
      .description = "the mean of each window",
      .patterns = {"avg_pool3d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
