#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel softmax() {
  return {
      .name = "softmax",
      .description = "exp(x) / sum(exp(x)) along a dimension",
      .patterns = {"softmax|_softmax(sub(%x, ~expand(max|amax(%x))))",
                   "div(exp(sub(%x, ~expand(max|amax(%x)))), ~expand(sum(exp(sub(%x, "
                   "~expand(max|amax(%x)))))))",
                   "div(exp(%x), ~expand(sum(exp(%x))))", "softmax|_softmax(...)"},
      .operand_names = {"x"},
      // exp(x - max) / sum (torch.nn.Softmax): max, difference, exp, sum, quotient.
      .flops = elementwise<5>,
  };
}

}  // namespace strata::kernels
