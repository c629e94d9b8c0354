#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv_transpose3d() {
  return {
      .name = "conv_transpose3d",
      .description = "3-d transposed convolution: each input spreads over a window of outputs",
      .patterns = {"conv_transpose3d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
