#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel sigmoid() {
  return {
      .name = "sigmoid",
      .description = "1 / (1 + exp(-x))",
      .patterns = {"sigmoid|sigmoid_(...)"},
      .operand_names = {"x"},
      // 1 / (1 + exp(-x)) (torch.sigmoid).
      .flops = elementwise<4>,
  };
}

}  // namespace strata::kernels
