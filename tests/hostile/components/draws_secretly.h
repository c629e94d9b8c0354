#pragma once

// Draws a random number past the operators.
// expect: changed LibTorch's state: the random number generator moved

#include <ATen/CPUGeneratorImpl.h>

#include "honest.h"

namespace draws_secretly {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
    at::check_generator<at::CPUGeneratorImpl>(generator)->random();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace draws_secretly
