#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel index() {
  return {
      .name = "index",
      .description = "elements that tensors of indices name",
      .patterns = {"index|index_select(...)"},
      .operand_names = {},
  };
}

}  // namespace strata::kernels
