#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel prelu() {
  return {
      .name = "prelu",
      .description = "x where positive, else weight * x",
      .patterns = {"prelu(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
