#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel adaptive_avg_pool1d() {
  return {
      .name = "adaptive_avg_pool1d",
      .description = "means over windows that divide the input into the output size",
      .patterns = {"adaptive_avg_pool1d|_adaptive_avg_pool1d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
