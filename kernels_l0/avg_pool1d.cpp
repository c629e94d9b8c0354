#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel avg_pool1d() {
  return {
      .name = "avg_pool1d",
      .description = "the mean of each window",
      .patterns = {"avg_pool1d(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
