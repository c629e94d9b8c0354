#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel softplus() {
  return {
      .name = "softplus",
      .description = "log(1 + exp(x))",
      .patterns = {"softplus(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
