#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel pad() {
  return {
      .name = "pad",
      .description = "adds a border",
      .patterns = {"pad|constant_pad_nd|reflection_pad1d|reflection_pad2d|replication_pad2d(...)"},
      .operand_names = {"x"},
      // Moves data only.
      .flops = no_flops,
  };
}

}  // namespace strata::kernels
