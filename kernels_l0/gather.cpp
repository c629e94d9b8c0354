#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gather() {
  return {
      .name = "gather",
      .description = "elements that indices name along a dimension",
      .patterns = {"gather(...)"},
      .operand_names = {"x", "indices"},
      // Moves data only.
      .flops = no_flops,
      .first_operand_read = bytes_like_result,
  };
}

}  // namespace strata::kernels
