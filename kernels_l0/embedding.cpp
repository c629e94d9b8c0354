#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel embedding() {
  return {
      .name = "embedding",
      .description = "rows of the weight that the indices name",
      .patterns = {"embedding(...)", "index(@weight, list(%indices))"},
      .operand_names = {"indices"},
  };
}

}  // namespace strata::kernels
