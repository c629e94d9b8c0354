#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel cross_entropy() {
  return {
      .name = "cross_entropy",
      .description = "minus the log of the probability that softmax gives the target",
      .patterns = {"cross_entropy_loss(...)"},
      .operand_names = {"logits", "target"},
  };
}

}  // namespace strata::kernels
