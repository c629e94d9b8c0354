#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel conv1d() {
  return {
      .name = "conv1d",
      .description = "1-d convolution: a window of inputs times the weight, plus the bias",
      .patterns = {"conv1d(...)"},
      .operand_names = {"x"},
      // 2 * results * channels * window (torch.utils.flop_counter, convolution), and the bias.
      .flops = convolution_flops,
  };
}

}  // namespace strata::kernels
