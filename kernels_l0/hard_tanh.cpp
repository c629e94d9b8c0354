#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel hard_tanh() {
  return {
      .name = "hard_tanh",
      .description = "clamp(x, low, high)",
      .patterns = {"hardtanh|hardtanh_(...)"},
      .operand_names = {"x"},
      // min(max(low, x), high) (torch.nn.Hardtanh).
      .flops = elementwise<2>,
  };
}

}  // namespace strata::kernels
