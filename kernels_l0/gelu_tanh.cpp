#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gelu_tanh() {
  return {
      .name = "gelu_tanh",
      .description = "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))",
      .patterns = {"mul(mul(%x, 0.5), add(tanh(mul(add(%x, mul(pow(%x, 3.0), 0.044715)), "
                   "0.7978845)), 1.0))",
                   "mul(mul(%x, 0.5), add(tanh(mul(mul(%x, 0.79788456), add(mul(mul(%x, 0.044715), "
                   "%x), 1.0))), 1.0))",
                   "mul(mul(%x, 0.5), add(tanh(mul(mul(%x, 0.79788456), add(mul(mul(%x, %x), "
                   "0.044715), 1.0))), 1.0))",
                   "mul(mul(%x, add(tanh(mul(add(%x, mul(pow(%x, 3.0), 0.044715)), 0.7978845)), "
                   "1.0)), 0.5)",
                   "mul(%x, mul(add(tanh(mul(add(%x, mul(pow(%x, 3.0), 0.044715)), 0.7978845)), "
                   "1.0), 0.5))",
                   "gelu(%x, \"tanh\")"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
