#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> elu_flops(const Operation& operation) {
  return elementwise(operation, operation.name.starts_with("elu") ? 4 : 5);
}

}  // namespace

Kernel elu() {
  return {
      .name = "elu",
      .description = "x where positive, else alpha * (exp(x) - 1)",
      .patterns = {"elu|elu_|celu|celu_|selu|selu_(...)"},
      .operand_names = {"x"},
      // max(0, x) + min(0, alpha (exp(x) - 1)) (torch.nn.ELU), as one comparison, exp, difference
      // and product; celu divides x by alpha too, selu scales the result too.
      .flops = elu_flops,
  };
}

}  // namespace strata::kernels
