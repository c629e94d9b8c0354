#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel batch_norm() {
  return {
      .name = "batch_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per channel over the batch, times the weight, plus "
          "the bias",
      .patterns = {"batch_norm|native_batch_norm|_native_batch_norm_legit_no_training(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
