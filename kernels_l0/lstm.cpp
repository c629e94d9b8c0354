#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel lstm() {
  return {
      .name = "lstm",
      .description = "a long short-term memory over a sequence",
      .patterns = {"lstm(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
