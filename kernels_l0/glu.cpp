#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel glu() {
  return {
      .name = "glu",
      .description = "a * sigmoid(b), a and b the halves of x",
      .patterns = {"glu(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
