#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel scale() {
  return {
      .name = "scale",
      .description = "x times a learned scale",
      .patterns = {"mul(%x, @weight)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
