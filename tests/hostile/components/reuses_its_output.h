#pragma once

// Writes every result over the last one.
// expect: wrote over the output of an earlier call

#include "honest.h"

namespace reuses_its_output {

struct Model : honest::Model {
  at::Tensor result = at::empty({4, 16});

  at::Tensor forward(const at::Tensor& x) { return result.copy_(honest::Model::forward(x)); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace reuses_its_output
