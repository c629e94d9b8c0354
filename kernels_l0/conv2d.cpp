#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv2d() {
  return {
      .name = "conv2d",
      .description = "2-d convolution: a window of inputs times the weight, plus the bias",
      .patterns = {"conv2d(...)"},
      .operand_names = {"x"},
      // 2 * results * channels * window (torch.utils.flop_counter, convolution), and the bias.
      .flops = convolution_flops,
  };
}

}  // namespace strata::kernels
