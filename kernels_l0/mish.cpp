#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel mish() {
  return {
      .name = "mish",
      .description = "x * tanh(log(1 + exp(x)))",
      .patterns = {"mul(%x, tanh(softplus(%x)))", "mish|mish_(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
