#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel glu() {
  return {
      .name = "glu",
      .description = "a * sigmoid(b), a and b the halves of x",
      .patterns = {"glu(...)"},
      .operand_names = {"x"},
      // a / (1 + exp(-b)), as a * sigmoid(b) (torch.nn.GLU): 4 and 1 per result.
      .flops = elementwise<5>,
  };
}

}  // namespace strata::kernels
