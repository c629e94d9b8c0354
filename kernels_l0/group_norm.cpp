#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel group_norm() {
  return {
      .name = "group_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per group of channels, times the weight, plus the "
          "bias",
      .patterns = {"group_norm|native_group_norm(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
