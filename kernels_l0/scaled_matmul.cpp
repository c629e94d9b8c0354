#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel scaled_matmul() {
  return {
      .name = "scaled_matmul",
      .description = "beta * c + alpha * (a times b)",
      .patterns = {"baddbmm(...)", "addmm(...)"},
      .operand_names = {"c", "a", "b"},
  };
}

}  // namespace strata::kernels
