#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel leaky_relu() {
  return {
      .name = "leaky_relu",
      .description = "x where positive, else slope * x",
      .patterns = {"leaky_relu|leaky_relu_(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
