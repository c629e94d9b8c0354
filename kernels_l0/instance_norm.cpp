#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> instance_norm_flops(const Operation& operation) {
  if (operation.number("use_input_stats", 1) == 0) return std::nullopt;
  const TensorShape& in = operation.operand(0);
  return normalisation_flops(operation, Count(in.sizes.at(0)) * in.sizes.at(1));
}

}  // namespace

Kernel instance_norm() {
  return {
      .name = "instance_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per sample and channel, times the weight, plus the "
          "bias",
      .patterns = {"instance_norm(...)"},
      .operand_names = {"x"},
      // As layer_norm, over each channel of each sample (torch.nn.InstanceNorm2d).
      .flops = instance_norm_flops,
  };
}

}  // namespace strata::kernels
