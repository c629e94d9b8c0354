#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel kl_div() {
  return {
      .name = "kl_div",
      .description = "the divergence of two distributions",
      .patterns = {"kl_div(...)"},
      .operand_names = {"x", "target"},
  };
}

}  // namespace strata::kernels
