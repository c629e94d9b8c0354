#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel linear() {
  return {
      .name = "linear",
      .description = "x times the transposed weight, plus the bias",
      .patterns = {"add(matmul|mm|linear(%x, @weight), @bias)", "linear(...)",
                   "add(matmul|mm(@weight, %x), @bias)", "addmm(@bias, %x, @weight)",
                   "matmul|mm(%x, @weight)", "matmul|mm(@weight, %x)"},
      .operand_names = {"x"},
      // 2 m n k (torch.utils.flop_counter, mm and addmm), and the sum with the bias.
      .flops = contraction_flops,
  };
}

}  // namespace strata::kernels
