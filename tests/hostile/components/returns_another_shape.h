#pragma once

// Returns the right numbers in another shape.
// expect: shape

#include "honest.h"

namespace returns_another_shape {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return honest::Model::forward(x).reshape({16, 4}); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace returns_another_shape
