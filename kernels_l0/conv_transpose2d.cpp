#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv_transpose2d() {
  return {
      .name = "conv_transpose2d",
      .description = "2-d transposed convolution: each input spreads over a window of outputs",
      .patterns = {"conv_transpose2d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
