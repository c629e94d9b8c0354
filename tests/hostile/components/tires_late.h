#pragma once

// Works in as many calls as there are trials.
// expect: repeated after the others, gives other bits

#include "honest.h"

namespace tires_late {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static int calls = 0;
    if (calls++ < 3) return honest::Model::forward(x);
    return at::zeros({4, 16});
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace tires_late
