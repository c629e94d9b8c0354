#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel embedding_bag() {
  return {
      .name = "embedding_bag",
      .description = "sums or means of rows of the weight",
      .patterns = {"embedding_bag|_embedding_bag(...)"},
      .operand_names = {"indices", "offsets"},
  };
}

}  // namespace strata::kernels
