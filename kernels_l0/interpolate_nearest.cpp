#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel interpolate_nearest() {
  return {
      .name = "interpolate_nearest",
      .description = "resizes by the nearest pixel",
      .patterns = {"upsample_nearest1d|upsample_nearest2d|upsample_nearest3d|_upsample_nearest_"
                   "exact2d(...)"},
      .operand_names = {"x"},
      // Moves data only.
      .flops = no_flops,
  };
}

}  // namespace strata::kernels
