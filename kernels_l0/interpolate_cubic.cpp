#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel interpolate_cubic() {
  return {
      .name = "interpolate_cubic",
      .description = "resizes by cubic curves through the nearest pixels",
      .patterns = {"upsample_bicubic2d|_upsample_bicubic2d_aa(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
