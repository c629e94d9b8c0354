#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv_transpose1d() {
  return {
      .name = "conv_transpose1d",
      .description = "1-d transposed convolution: each input spreads over a window of outputs",
      .patterns = {"conv_transpose1d(...)"},
      .operand_names = {"x"},
      // 2 * inputs * channels * window (torch.utils.flop_counter, convolution), and the bias.
      .flops = convolution_flops,
  };
}

}  // namespace strata::kernels
