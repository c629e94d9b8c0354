#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel hard_sigmoid() {
  return {
      .name = "hard_sigmoid",
      .description = "clamp(x + 3, 0, 6) / 6",
      .patterns = {"div(hardtanh|relu6(add(%x, 3.0)), 6.0)", "hardsigmoid|hardsigmoid_(...)"},
      .operand_names = {"x"},
      // min(max(0, x + 3), 6) / 6 (torch.nn.Hardsigmoid).
      .flops = elementwise<4>,
  };
}

}  // namespace strata::kernels
