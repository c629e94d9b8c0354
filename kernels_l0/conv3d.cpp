#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv3d() {
  return {
      .name = "conv3d",
      .description = "3-d convolution: a window of inputs times the weight, plus the bias",
      .patterns = {"conv3d(...)"},
      .operand_names = {"x"},
      // 2 * results * channels * window (torch.utils.flop_counter, convolution), and the bias.
      .flops = convolution_flops,
  };
}

}  // namespace strata::kernels
