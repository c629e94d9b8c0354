#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gru() {
  return {
      .name = "gru",
      .description = "a gated recurrent unit over a sequence",
      .patterns = {"gru(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
