#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel mish() {
  return {
      .name = "mish",
      .description = "x * tanh(log(1 + exp(x)))",
      .patterns = {"mul(%x, tanh(softplus(%x)))", "mish|mish_(...)"},
      .operand_names = {"x"},
      // x * tanh(log(1 + exp(x))) (torch.nn.Mish).
      .flops = elementwise<5>,
  };
}

}  // namespace strata::kernels
