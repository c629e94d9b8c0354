#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel silu() {
  return {
      .name = "silu",
      .description = "x * sigmoid(x)",
      .patterns = {"mul(%x, sigmoid(%x))", "silu|silu_(...)"},
      .operand_names = {"x"},
      // x / (1 + exp(-x)) (torch.nn.SiLU): negation, exp, sum, quotient, as 1 / (1 + exp(-x)),
      // and the product.
      .flops = elementwise<5>,
  };
}

}  // namespace strata::kernels
