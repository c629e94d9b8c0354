#pragma once

// Never returns.
// expect: did not finish within

#include "honest.h"

namespace loops {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (volatile int turn = 0;; turn = turn + 1) {
    }
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace loops
