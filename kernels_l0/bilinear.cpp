#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> bilinear_flops(const Operation& operation) {
  const Count terms = Count(last_size(operation.operand(0))) * last_size(operation.operand(1));
  const Count results = elements(operation.output());
  return Flops{results * terms * 3, operation.has("bias") ? results : 0};
}

}  // namespace

Kernel bilinear() {
  return {
      .name = "bilinear",
      .description = "x1 times weight times x2, per output",
      .patterns = {"bilinear(...)"},
      .operand_names = {"x1", "x2"},
      // Two products and a sum for each x1, weight, x2 (torch.nn.Bilinear), and the bias.
      .flops = bilinear_flops,
  };
}

}  // namespace strata::kernels
