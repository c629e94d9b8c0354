#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel sum_normalize() {
  return {
      .name = "sum_normalize",
      .description = "x / sum(x) along a dimension",
      .patterns = {"div(%x, ~expand(add(sum(%x), $eps)))",
                   "div(%x, ~expand(clamp|clamp_min(sum(%x))))", "div(%x, ~expand(sum(%x)))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
