#pragma once

// Returns the right numbers in another dtype.
// expect: dtype

#include "honest.h"

namespace returns_another_dtype {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return honest::Model::forward(x).to(at::kDouble); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace returns_another_dtype
