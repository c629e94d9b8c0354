#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel instance_norm() {
  return {
      .name = "instance_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per sample and channel, times the weight, plus the "
          "bias",
      .patterns = {"instance_norm(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
