#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel prelu() {
  return {
      .name = "prelu",
      .description = "x where positive, else weight * x",
      .patterns = {"prelu(...)"},
      .operand_names = {"x"},
      // As leaky_relu, with a slope per channel (torch.nn.PReLU).
      .flops = elementwise<2>,
  };
}

}  // namespace strata::kernels
