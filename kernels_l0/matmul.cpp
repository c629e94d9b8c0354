#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel matmul() {
  return {
      .name = "matmul",
      .description = "the product of two matrices, batched over leading dimensions",
      .patterns = {"matmul|mm|bmm(...)"},
      .operand_names = {"a", "b"},
      // 2 m n k (torch.utils.flop_counter, mm and addmm), and the sum with the bias.
      .flops = contraction_flops,
  };
}

}  // namespace strata::kernels
