#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel nll_loss() {
  return {
      .name = "nll_loss",
      .description = "minus the log probability of the target",
      .patterns = {"nll_loss|nll_loss_nd|nll_loss2d(...)"},
      .operand_names = {"log_probabilities", "target"},
  };
}

}  // namespace strata::kernels
