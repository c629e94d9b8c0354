#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel hard_swish() {
  return {
      .name = "hard_swish",
      .description = "x * clamp(x + 3, 0, 6) / 6",
      .patterns = {"mul(%x, div(hardtanh|relu6(add(%x, 3.0)), 6.0))",
                   "div(mul(%x, hardtanh|relu6|clamp(add(%x, 3.0))), 6.0)",
                   "mul(%x, hardsigmoid(%x))", "hardswish|hardswish_(...)"},
      .operand_names = {"x"},
      // x * min(max(0, x + 3), 6) / 6 (torch.nn.Hardswish).
      .flops = elementwise<5>,
  };
}

}  // namespace strata::kernels
