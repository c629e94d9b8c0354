#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> interpolate_cubic_flops(const Operation& operation) {
  if (operation.name.starts_with("_")) return std::nullopt;  // antialiased: windows of any size
  return elementwise(operation, 35);
}

}  // namespace

Kernel interpolate_cubic() {
  return {
      .name = "interpolate_cubic",
      .description = "resizes by cubic curves through the nearest pixels",
      .patterns = {"upsample_bicubic2d|_upsample_bicubic2d_aa(...)"},
      .operand_names = {"x"},
      // Four rows of four taps, then a column of four (torch.nn.functional.interpolate): four
      // products and three sums, five times.
      .flops = interpolate_cubic_flops,
  };
}

}  // namespace strata::kernels
