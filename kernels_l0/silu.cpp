#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel silu() {
  return {
      .name = "silu",
      .description = "x * sigmoid(x)",
      .patterns = {"mul(%x, sigmoid(%x))", "silu|silu_(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
