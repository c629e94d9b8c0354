#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel smooth_l1_loss() {
  return {
      .name = "smooth_l1_loss",
      .description = "squared differences where small, absolute ones elsewhere",
      .patterns = {"smooth_l1_loss|huber_loss(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
