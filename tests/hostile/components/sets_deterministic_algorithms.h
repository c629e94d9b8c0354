#pragma once

// Leaves deterministic algorithms on.
// expect: changed LibTorch's state: deterministic algorithms

#include "honest.h"

namespace sets_deterministic_algorithms {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::globalContext().setDeterministicAlgorithms(true, true);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sets_deterministic_algorithms
