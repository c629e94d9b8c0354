#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel expert_linear() {
  return {
      .name = "expert_linear",
      .description = "x times the weight of each row's own expert, plus that expert's bias",
      .patterns = {"add(~squeeze(matmul|bmm(~unsqueeze(%x), ~transpose(index(@weight, "
                   "list(%expert))))), index(@bias, list(%expert)))",
                   "add(~squeeze(matmul|bmm(~transpose(index(@weight, list(%expert))), "
                   "~unsqueeze(%x))), index(@bias, list(%expert)))",
                   "matmul|bmm(~unsqueeze(%x), ~transpose(index(@weight, list(%expert))))",
                   "matmul|bmm(~transpose(index(@weight, list(%expert))), ~unsqueeze(%x))"},
      .operand_names = {"x", "expert"},
  };
}

}  // namespace strata::kernels
