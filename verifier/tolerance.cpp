#include "verifier/tolerance.h"

#include <algorithm>

namespace strata {

Tolerance step_tolerance(at::ScalarType dtype) {
  switch (dtype) {
    case at::kDouble:
    case at::kComplexDouble:
      return {1e-10, 1e-12};
    case at::kFloat:
    case at::kComplexFloat:
      return {1e-5, 1e-6};
    default:
      return at::isFloatingType(dtype) || at::isComplexType(dtype) ? Tolerance{1e-3, 1e-3}
                                                                   : Tolerance{};
  }
}

Tolerance composition_tolerance(at::ScalarType dtype) {
  const Tolerance step = step_tolerance(dtype);
  if (step == Tolerance{}) return step;
  return {std::max(step.rtol, 1e-4), std::max(step.atol, 1e-5)};
}

Tolerance overridden(Tolerance tolerance, at::ScalarType dtype, std::optional<double> rtol,
                     std::optional<double> atol) {
  if (!at::isFloatingType(dtype) && !at::isComplexType(dtype)) return tolerance;
  return {rtol.value_or(tolerance.rtol), atol.value_or(tolerance.atol)};
}

}  // namespace strata
