#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel sigmoid() {
  return {
      .name = "sigmoid",
      .description = "1 / (1 + exp(-x))",
      .patterns = {"sigmoid|sigmoid_(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
