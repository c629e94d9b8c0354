#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel straight_through() {
  return {
      .name = "straight_through",
      .description =
          "a discrete value that passes the gradient on to x: x + (value - x), or the "
          "same in another order",
      .patterns = {"add(sub(%value, %x), %x)"},
      .operand_names = {"value", "x"},
  };
}

}  // namespace strata::kernels
