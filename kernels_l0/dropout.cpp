#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel dropout() {
  return {
      .name = "dropout",
      .description = "zeroes elements at random and scales the others",
      .patterns = {"dropout|dropout_|feature_dropout|alpha_dropout|native_dropout(...)"},
      .operand_names = {"x"},
      // x * mask / (1 - p) (torch.nn.Dropout); drawing the mask counts nothing.
      .flops = elementwise<2>,
  };
}

}  // namespace strata::kernels
