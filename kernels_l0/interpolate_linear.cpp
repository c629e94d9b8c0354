#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> interpolate_linear_flops(const Operation& operation) {
  if (operation.name.starts_with("_")) return std::nullopt;  // antialiased: windows of any size
  const int dimensions = static_cast<int>(operation.operand(0).sizes.size()) - 2;
  return elementwise(operation, 3 * ((1 << dimensions) - 1));
}

}  // namespace

Kernel interpolate_linear() {
  return {
      .name = "interpolate_linear",
      .description = "resizes by weighted means of the nearest pixels",
      .patterns = {"upsample_linear1d|upsample_bilinear2d|upsample_trilinear3d|_upsample_"
                   "bilinear2d_aa(...)"},
      .operand_names = {"x"},
      // a w + b (1 - w) along each dimension in turn (torch.nn.functional.interpolate): two
      // products and a sum, 2^d - 1 times; weights are per row and column.
      .flops = interpolate_linear_flops,
  };
}

}  // namespace strata::kernels
