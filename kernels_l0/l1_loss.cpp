#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel l1_loss() {
  return {
      .name = "l1_loss",
      .description = "the mean of absolute differences",
      .patterns = {"mean(abs(sub(%x, %target)))", "l1_loss(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
