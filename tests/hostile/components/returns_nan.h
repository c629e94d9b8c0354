#pragma once

// Returns NaN.
// expect: NaN

#include <cmath>

#include "honest.h"

namespace returns_nan {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return honest::Model::forward(x) * NAN; }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace returns_nan
