#pragma once

// Leaves another number of threads.
// expect: changed LibTorch's state: number of threads was 1 and is 2

#include <ATen/Parallel.h>

#include "honest.h"

namespace sets_the_threads {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::set_num_threads(2);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sets_the_threads
