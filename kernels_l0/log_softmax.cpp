#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel log_softmax() {
  return {
      .name = "log_softmax",
      .description = "x - log(sum(exp(x))) along a dimension",
      .patterns = {"log_softmax|_log_softmax(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
