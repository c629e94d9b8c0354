#pragma once

// Works in its first call only.
// expect: outside rtol

#include "honest.h"

namespace counts_its_calls {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static int calls = 0;
    if (calls++ == 0) return honest::Model::forward(x);
    return at::zeros({4, 16});
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace counts_its_calls
