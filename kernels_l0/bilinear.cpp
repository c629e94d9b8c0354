#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel bilinear() {
  return {
      .name = "bilinear",
      .description = "x1 times weight times x2, per output",
      .patterns = {"bilinear(...)"},
      .operand_names = {"x1", "x2"},
  };
}

}  // namespace strata::kernels
