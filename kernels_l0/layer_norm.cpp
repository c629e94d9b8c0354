#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> layer_norm_flops(const Operation& operation) {
  Count length = 1;
  for (const std::int64_t size : operation.integers("normalized_shape")) length = length * size;
  if (length == 0) return Flops{};
  return normalisation_flops(operation, elements(operation.operand(0)) / length);
}

}  // namespace

Kernel layer_norm() {
  return {
      .name = "layer_norm",
      .description = "(x - mean) / sqrt(variance + eps), times the weight, plus the bias",
      .patterns = {"to?(add(mul(to?(@weight), to?(div(sub(%x, mean(%x)), sqrt(add(mean(pow(sub(%x, "
                   "mean(%x)), 2)), $eps))))), @bias))",
                   "to?(add(mul(to?(@weight), to?(div(sub(%x, %m), sqrt(add(mean(pow(sub(%x, %m), "
                   "2)), $eps))))), @bias))",
                   "to?(mul(to?(@weight), to?(mul(sub(to?(%x), mean(to?(%x))), "
                   "rsqrt(add(mean(pow(sub(to?(%x), mean(to?(%x))), 2)), $eps))))))",
                   "layer_norm(...)", "native_layer_norm(...)"},
      .operand_names = {"x"},
      // (x - mean) / sqrt(variance + eps) * weight + bias (torch.nn.LayerNorm).
      .flops = layer_norm_flops,
  };
}

}  // namespace strata::kernels
