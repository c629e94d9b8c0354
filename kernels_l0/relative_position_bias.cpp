#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel relative_position_bias() {
  return {
      .name = "relative_position_bias",
      .description = "a learned number for each distance between two positions and each head",
      .patterns = {"permute(~view(index|embedding(@table, list(~view(@rows)))))",
                   "permute(~view(embedding(@table, ~view(@rows))))"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
