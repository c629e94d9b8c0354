#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel sdpa() {
  return {
      .name = "sdpa",
      .description = "softmax(q k^T * scale + mask) v",
      .patterns = {"scaled_dot_product_attention(...)"},
      .operand_names = {"query", "key", "value", "mask"},
  };
}

}  // namespace strata::kernels
