#pragma once

// Makes the random numbers that follow its own.
// expect: changed LibTorch's state: the random number generator moved

#include "honest.h"

namespace seeds_the_generator {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::manual_seed(1);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace seeds_the_generator
