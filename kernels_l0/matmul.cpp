#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel matmul() {
  return {
      .name = "matmul",
      .description = "the product of two matrices, batched over leading dimensions",
      .patterns = {"matmul|mm|bmm(...)"},
      .operand_names = {"a", "b"},
  };
}

}  // namespace strata::kernels
