#pragma once

#include <c10/core/ScalarType.h>

#include "kernels_l0/scalar_type.h"

namespace strata {

// strata::ScalarType of an ATen type; torch_type of decomposer/load/weights.h is its inverse.
// Throws Error{"verifier.dtype"} for those that no archive can hold.
ScalarType scalar_type_of(at::ScalarType type);

}  // namespace strata
