#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel avg_pool2d() {
  return {
      .name = "avg_pool2d",
      .description = "the mean of each window",
      .patterns = {"avg_pool2d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
