#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel adaptive_max_pool3d() {
  return {
      .name = "adaptive_max_pool3d",
      .description = "maxima over windows that divide the input into the output size",
      .patterns = {"adaptive_max_pool3d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
