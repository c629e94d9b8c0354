#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel einsum() {
  return {
      .name = "einsum",
      .description = "a product summed over indices, as its equation says",
      .patterns = {"einsum(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
