#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel leaky_relu() {
  return {
      .name = "leaky_relu",
      .description = "x where positive, else slope * x",
      .patterns = {"leaky_relu|leaky_relu_(...)"},
      .operand_names = {"x"},
      // max(0, x) + slope * min(0, x) (torch.nn.LeakyReLU), as one comparison and one product.
      .flops = elementwise<2>,
  };
}

}  // namespace strata::kernels
