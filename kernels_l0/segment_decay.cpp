#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel segment_decay() {
  return {
      .name = "segment_decay",
      .description =
          "exp(sum of x from j to i) for j <= i, else 0: how much of step j is left at step i",
      .patterns = {"exp(masked_fill(cumsum(masked_fill(~expand(%x), "
                   "bitwise_not|logical_not(tril(...)))), bitwise_not|logical_not(tril(...))))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
