#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel dropout() {
  return {
      .name = "dropout",
      .description = "zeroes elements at random and scales the others",
      .patterns = {"dropout|dropout_|feature_dropout|alpha_dropout|native_dropout(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
