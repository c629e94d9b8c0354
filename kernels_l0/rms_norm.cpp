#include "kernels_l0/kernels.h"

namespace strata::kernels {

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
           "to?(mul(to?(%x), rsqrt(add(mean(pow(to?(%x), 2)), $eps))))",
           "to?(div(to?(%x), sqrt(add(mean(pow(to?(%x), 2)), $eps))))", "rms_norm(...)"},
      .operand_names = {"x"},
  };
}

}  // namespace strata::kernels
