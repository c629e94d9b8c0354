#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel scaled_matmul() {
  return {
      .name = "scaled_matmul",
      .description = "beta * c + alpha * (a times b)",
      .patterns = {"baddbmm(...)", "addmm(...)"},
      .operand_names = {"c", "a", "b"},
      // 2 m n k (torch.utils.flop_counter, mm and addmm), and the sum with the bias.
      .flops = contraction_flops,
  };
}

}  // namespace strata::kernels
