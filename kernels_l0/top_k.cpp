#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel top_k() {
  return {
      .name = "top_k",
      .description = "the k largest elements and where they are",
      .patterns = {"topk(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
