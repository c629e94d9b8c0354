#pragma once

// Returns memory as it comes, which may hold somebody's result.
// expect: NaN or infinity in other places: 64 elements

#include "honest.h"

namespace reads_fresh_memory {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return at::empty({4, 16}); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace reads_fresh_memory
