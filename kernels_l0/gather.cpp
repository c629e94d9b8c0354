#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gather() {
  return {
      .name = "gather",
      .description = "elements that indices name along a dimension",
      .patterns = {"gather(...)"},
      .operand_names = {"x", "indices"},
  };
}

}  // namespace strata::kernels
