#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel relu() {
  return {
      .name = "relu",
      .description = "max(x, 0)",
      .patterns = {"relu|relu_(...)"},
      .operand_names = {"x"},
      // max(0, x) (torch.nn.ReLU).
      .flops = elementwise<1>,
  };
}

}  // namespace strata::kernels
