#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel relu6() {
  return {
      .name = "relu6",
      .description = "min(max(x, 0), 6)",
      .patterns = {"relu6|relu6_(...)", "hardtanh|hardtanh_(%x, 0, 6)", "clamp(%x, 0, 6)"},
      .operand_names = {"x"},
      // min(max(0, x), 6) (torch.nn.ReLU6).
      .flops = elementwise<2>,
  };
}

}  // namespace strata::kernels
