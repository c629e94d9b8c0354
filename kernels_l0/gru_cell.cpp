#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gru_cell() {
  return {
      .name = "gru_cell",
      .description = "one step of a gated recurrent unit",
      .patterns = {"gru_cell(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
