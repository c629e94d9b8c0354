#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel lstm_cell() {
  return {
      .name = "lstm_cell",
      .description = "one step of a long short-term memory",
      .patterns = {"lstm_cell(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
