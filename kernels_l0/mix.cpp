#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel mix() {
  return {
      .name = "mix",
      .description = "x times the weight, plus y times one minus the weight",
      .patterns = {"add(mul(%x, @weight), mul(%y, rsub(@weight, 1)))",
                   "add(mul(%y, rsub(@weight, 1)), mul(%x, @weight))"},
      .operand_names = {"x", "y"},
  };
}

}  // namespace strata::kernels
