#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel soft_cap() {
  return {
      .name = "soft_cap",
      .description = "cap * tanh(x / cap): keeps x within the cap, softly",
      .patterns = {"mul(tanh(div(%x, $cap)), $cap)", "mul(tanh(mul(%x, $inverse)), $cap)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
