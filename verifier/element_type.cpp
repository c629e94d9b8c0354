#include "verifier/element_type.h"

#include <fmt/format.h>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"

namespace strata {

ScalarType scalar_type_of(at::ScalarType type) {
  for (int i = 0; i <= static_cast<int>(ScalarType::kFloat8E8M0FNU); ++i) {
    const auto ours = static_cast<ScalarType>(i);
    if (torch_type(ours) == type) return ours;
  }
  throw Error(
      "verifier.dtype",
      fmt::format("{}: a tensor has an element type that no archive holds", c10::toString(type)));
}

}  // namespace strata
