#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel elu() {
  return {
      .name = "elu",
      .description = "x where positive, else alpha * (exp(x) - 1)",
      .patterns = {"elu|elu_|celu|celu_|selu|selu_(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
