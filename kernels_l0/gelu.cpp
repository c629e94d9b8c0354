#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> gelu_flops(const Operation& operation) {
  return elementwise(operation, operation.text("approximate") == "tanh" ? 9 : 5);
}

}  // namespace

Kernel gelu() {
  return {
      .name = "gelu",
      .description = "x * Phi(x), Phi the distribution function of the normal distribution",
      .patterns = {"mul(mul(%x, 0.5), add(erf(div(%x, 1.41421356)), 1.0))",
                   "mul(mul(%x, 0.5), add(erf(mul(%x, 0.70710678)), 1.0))",
                   "mul(mul(%x, add(erf(div(%x, 1.41421356)), 1.0)), 0.5)",
                   "mul(%x, mul(add(erf(div(%x, 1.41421356)), 1.0), 0.5))", "gelu(...)"},
      .operand_names = {"x"},
      // 0.5 x (1 + erf(x / sqrt(2))), or with tanh (torch.nn.GELU).
      .flops = gelu_flops,
  };
}

}  // namespace strata::kernels
