#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel interpolate_linear() {
  return {
      .name = "interpolate_linear",
      .description = "resizes by weighted means of the nearest pixels",
      .patterns = {"upsample_linear1d|upsample_bilinear2d|upsample_trilinear3d|_upsample_"
                   "bilinear2d_aa(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
