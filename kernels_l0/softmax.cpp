#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel softmax() {
  return {
      .name = "softmax",
      .description = "exp(x) / sum(exp(x)) along a dimension",
      .patterns = {"softmax|_softmax(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
