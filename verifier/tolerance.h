#pragma once

#include <c10/core/ScalarType.h>

#include <optional>

namespace strata {

// |got - expected| <= atol + rtol * |expected|
struct Tolerance {
  double rtol = 0;
  double atol = 0;
  friend bool operator==(const Tolerance&, const Tolerance&) = default;
};

// The verification guide's, for a step: fp32 1e-5/1e-6, fp16 and bf16 1e-3/1e-3; fp64 1e-10/1e-12
// and complex like its parts; integers and bool exact.
Tolerance step_tolerance(at::ScalarType dtype);
// For the whole composition: 1e-4/1e-5 where the step's are tighter, else the step's; integers and
// bool exact.
Tolerance composition_tolerance(at::ScalarType dtype);
// Overrides apply to inexact dtypes only.
Tolerance overridden(Tolerance tolerance, at::ScalarType dtype, std::optional<double> rtol,
                     std::optional<double> atol);

}  // namespace strata
