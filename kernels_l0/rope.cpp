#include "kernels_l0/kernels.h"

namespace strata::kernels {

Kernel rope() {
  return {
      .name = "rope",
      .description =
          "rotates pairs of features by an angle per position: x * cos + rotate(x) * sin",
      .patterns =
          {"to?(add(to?(mul(to?(%x), to?(%cos))), to?(mul(to?(cat(list(neg(~slice(%x)), "
           "~slice(%x)))), to?(%sin)))))",
           "to?(add(to?(mul(to?(%x), to?(%cos))), to?(mul(to?(~flatten(stack(list(neg(~slice(%x)), "
           "~slice(%x))))), to?(%sin)))))",
           "cat|stack(list(sub(mul(~chunk(%x), %cos), mul(~chunk(%x), %sin)), add(mul(~chunk(%x), "
           "%cos), mul(~chunk(%x), %sin))))",
           "~flatten(stack(list(sub(mul(~chunk(%x), %cos), mul(~chunk(%x), %sin)), "
           "add(mul(~chunk(%x), %cos), mul(~chunk(%x), %sin)))))",
           "to?(~flatten(view_as_real(mul(view_as_complex(~view(%x)), ~view(%frequencies)))))"},
      .operand_names = {"x", "cos", "sin"},
  };
}

}  // namespace strata::kernels
