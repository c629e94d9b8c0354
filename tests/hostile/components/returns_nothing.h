#pragma once

// Returns a tensor that is none.
// expect: output 0 is missing in the refactored component

#include "honest.h"

namespace returns_nothing {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return {}; }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace returns_nothing
