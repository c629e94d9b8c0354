#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel time_step() {
  return {
      .name = "time_step",
      .description =
          "softplus(x + bias), clamped where limits are given: the step sizes of a state space "
          "model",
      .patterns = {"clamp|clamp_min(softplus(add(%x, @bias)))", "softplus(add(%x, @bias))"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
