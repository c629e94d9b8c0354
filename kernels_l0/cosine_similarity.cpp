#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel cosine_similarity() {
  return {
      .name = "cosine_similarity",
      .description = "the cosine of the angle between two vectors",
      .patterns = {"cosine_similarity(...)"},
      .operand_names = {"x", "y"},
  };
}

}  // namespace strata::kernels
