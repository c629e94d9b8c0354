#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel binary_cross_entropy() {
  return {
      .name = "binary_cross_entropy",
      .description = "minus the log of the probability given to the target, for two classes",
      .patterns = {"binary_cross_entropy|binary_cross_entropy_with_logits(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
