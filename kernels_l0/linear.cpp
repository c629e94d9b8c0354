#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel linear() {
  return {
      .name = "linear",
      .description = "x times the transposed weight, plus the bias",
      .patterns = {"add(matmul|mm|linear(%x, @weight), @bias)", "linear(...)",
                   "addmm(@bias, %x, @weight)", "matmul|mm(%x, @weight)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
