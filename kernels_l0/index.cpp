#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel index() {
  return {
      .name = "index",
      .description = "elements that tensors of indices name",
      .patterns = {"index|index_select(...)"},
      .operand_names = {},
      // Moves data only.
      .flops = no_flops,
      .first_operand_read = bytes_like_result,
  };
}

}  // namespace strata::kernels
