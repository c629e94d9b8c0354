#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel padded_position_ids() {
  return {
      .name = "padded_position_ids",
      .description = "positions counted from the first token that is no padding; -1 for padding",
      .patterns = {"sub(mul(cumsum(%mask), %mask), $one)"},
      .operand_names = {"mask"},
  };
}

}  // namespace strata::kernels
