#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel roll() {
  return {
      .name = "roll",
      .description = "shifts along a dimension, what leaves comes back at the other end",
      .patterns = {"roll(...)"},
      .operand_names = {"x"},
      // Moves data only.
      .flops = no_flops,
  };
}

}  // namespace strata::kernels
