#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> softplus_flops(const Operation& operation) {
  return elementwise(operation, operation.number("beta", 1) == 1 ? 3 : 5);
}

}  // namespace

Kernel softplus() {
  return {
      .name = "softplus",
      .description = "log(1 + exp(x))",
      .patterns = {"softplus(...)"},
      .operand_names = {"x"},
      // log(1 + exp(beta x)) / beta (torch.nn.Softplus); with beta 1 without the product and
      // quotient.
      .flops = softplus_flops,
  };
}

}  // namespace strata::kernels
