#pragma once

// Changes its weights before it uses them.
// expect: outside rtol

#include "honest.h"

namespace writes_to_its_weights {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor(weight).add_(0.125);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_its_weights
