#pragma once

// A copy of x, with weights that it does not use: as it should be.

#include "honest.h"

namespace copying {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return x.clone(); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace copying
