#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel mse_loss() {
  return {
      .name = "mse_loss",
      .description = "the mean of squared differences",
      .patterns = {"mean(pow(sub(%x, %target), 2))", "mse_loss(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
