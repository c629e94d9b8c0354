#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel huber_loss() {
  return {
      .name = "huber_loss",
      .description = "half the squared difference where it is small, a line beyond",
      .patterns = {"huber_loss(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
