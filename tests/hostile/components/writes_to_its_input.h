#pragma once

// Changes its input through an operator.
// expect: input 0 is written by the refactored component, not by the original

#include "honest.h"

namespace writes_to_its_input {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor result = honest::Model::forward(x);
    at::Tensor(x).mul_(0.5);
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_its_input
