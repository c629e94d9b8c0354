#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel l2_normalize() {
  return {
      .name = "l2_normalize",
      .description = "x / |x| along a dimension",
      .patterns = {"div(%x, ~expand(clamp_min|clamp(linalg_vector_norm|norm(%x))))",
                   "div(%x, linalg_vector_norm|norm(%x))", "div(%x, pow(sum(pow(%x, 2)), 0.5))",
                   "div(%x, sqrt(sum(pow(%x, 2))))", "mul(%x, rsqrt(add(sum(pow(%x, 2)), $eps)))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
