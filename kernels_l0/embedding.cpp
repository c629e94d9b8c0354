#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel embedding() {
  return {
      .name = "embedding",
      .description = "rows of the weight that the indices name",
      .patterns = {"embedding(...)", "index(@weight, list(%indices))"},
      .operand_names = {"indices"},
      // Moves data only.
      .flops = no_flops,
      .first_operand_read = bytes_like_result,
  };
}

}  // namespace strata::kernels
