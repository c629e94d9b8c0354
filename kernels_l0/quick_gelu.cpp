#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel quick_gelu() {
  return {
      .name = "quick_gelu",
      .description = "x * sigmoid(1.702 x)",
      .patterns = {"mul(%x, sigmoid(mul(%x, 1.702)))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
