#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel tanh() {
  return {
      .name = "tanh",
      .description = "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
      .patterns = {"tanh|tanh_(...)"},
      .operand_names = {"x"},
      // One function (torch.tanh).
      .flops = elementwise<1>,
  };
}

}  // namespace strata::kernels
