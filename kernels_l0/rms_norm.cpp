#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> rms_norm_flops(const Operation& operation) {
  Count length = 1;
  for (const std::int64_t size : operation.integers("normalized_shape")) length = length * size;
  if (length == 0) return Flops{};
  const Count all = elements(operation.operand(0));
  return Flops{0, all * (operation.has("weight") ? 4 : 3) + all / length * 3};
}

}  // namespace

Kernel rms_norm() {
  return {
      .name = "rms_norm",
      .description = "x / sqrt(mean(x^2) + eps), times the weight",
      .patterns =
          {"to?(mul(to?(@weight), to?(mul(to?(%x), rsqrt(add(mean(pow(to?(%x), 2)), $eps))))))",
           "to?(mul(to?(mul(to?(%x), rsqrt(add(mean(pow(to?(%x), 2)), $eps)))), "
           "to?(add(to?(@weight), 1.0))))",
           "to?(mul(to?(mul(to?(%x), pow(add(mean(pow(to?(%x), 2)), $eps), -0.5))), "
           "to?(add(to?(@weight), 1.0))))",
           "to?(mul(to?(@weight), to?(mul(to?(%x), pow(add(mean(pow(to?(%x), 2)), $eps), -0.5)))))",
           "to?(mul(to?(@weight), to?(div(to?(%x), sqrt(add(mean(pow(to?(%x), 2)), $eps))))))",
           "to?(mul(to?(@weight), to?(~view(mul(to?(%x), rsqrt(add(mean(pow(to?(%x), 2)), "
           "$eps)))))))",
           "to?(mul(to?(%x), rsqrt(add(mean(pow(to?(%x), 2)), $eps))))",
           "to?(div(to?(%x), sqrt(add(mean(pow(to?(%x), 2)), $eps))))", "rms_norm(...)"},
      .operand_names = {"x"},
      // x / sqrt(mean(x^2) + eps) * weight (torch.nn.RMSNorm): square, sum, product per element;
      // mean,
      // + eps, 1 / sqrt per row.
      .flops = rms_norm_flops,
  };
}

}  // namespace strata::kernels
