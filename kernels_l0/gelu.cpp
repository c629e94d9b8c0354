#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel gelu() {
  return {
      .name = "gelu",
      .description = "x * Phi(x), Phi the distribution function of the normal distribution",
      .patterns = {"mul(mul(%x, 0.5), add(erf(div(%x, 1.41421356)), 1.0))",
                   "mul(mul(%x, 0.5), add(erf(mul(%x, 0.70710678)), 1.0))",
                   "mul(mul(%x, add(erf(div(%x, 1.41421356)), 1.0)), 0.5)",
                   "mul(%x, mul(add(erf(div(%x, 1.41421356)), 1.0), 0.5))", "gelu(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
