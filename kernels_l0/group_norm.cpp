#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> group_norm_flops(const Operation& operation) {
  const bool native = operation.name == "native_group_norm";
  const auto groups =
      static_cast<std::int64_t>(operation.number(native ? "group" : "num_groups", 1));
  const TensorShape& in = operation.operand(0);
  return normalisation_flops(operation, Count(groups) * in.sizes.front());
}

}  // namespace

Kernel group_norm() {
  return {
      .name = "group_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per group of channels, times the weight, plus the "
          "bias",
      .patterns = {"group_norm|native_group_norm(...)"},
      .operand_names = {"x"},
      // As layer_norm, over each group of channels (torch.nn.GroupNorm).
      .flops = group_norm_flops,
  };
}

}  // namespace strata::kernels
