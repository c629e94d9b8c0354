#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel grid_sample() {
  return {
      .name = "grid_sample",
      .description = "reads an image at given places, between pixels too",
      .patterns = {"grid_sampler|grid_sampler_2d(...)"},
      .operand_names = {"x", "grid"},
  };
}

}  // namespace strata::kernels
