#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel adaptive_max_pool1d() {
  return {
      .name = "adaptive_max_pool1d",
      .description = "maxima over windows that divide the input into the output size",
      .patterns = {"adaptive_max_pool1d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
