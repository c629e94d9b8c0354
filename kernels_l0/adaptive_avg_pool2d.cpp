#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel adaptive_avg_pool2d() {
  return {
      .name = "adaptive_avg_pool2d",
      .description = "means over windows that divide the input into the output size",
      .patterns = {"adaptive_avg_pool2d|_adaptive_avg_pool2d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
