#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel pixel_shuffle() {
  return {
      .name = "pixel_shuffle",
      .description = "moves channels into space",
      .patterns = {"pixel_shuffle(...)"},
      .operand_names = {"x"},
      // Moves data only.
      .flops = no_flops,
  };
}

}  // namespace strata::kernels
