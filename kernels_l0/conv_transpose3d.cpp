#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv_transpose3d() {
  return {
      .name = "conv_transpose3d",
      .description = "3-d transposed convolution: each input spreads over a window of outputs",
      .patterns = {"conv_transpose3d(...)"},
      .operand_names = {"x"},
      // 2 * inputs * channels * window (torch.utils.flop_counter, convolution), and the bias.
      .flops = convolution_flops,
  };
}

}  // namespace strata::kernels
