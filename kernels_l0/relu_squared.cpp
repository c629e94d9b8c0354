#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel relu_squared() {
  return {
      .name = "relu_squared",
      .description = "max(x, 0)^2",
      .patterns = {"pow(relu(%x), 2)", "square(relu(%x))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
