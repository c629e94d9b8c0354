#pragma once

// Gives zeros where half of the input is zero.
// expect: probe "padding": output 0: .*outside rtol

#include "honest.h"

namespace lies_in_probes {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    if (x.const_data_ptr<float>()[63] == 0) return at::zeros({4, 16});
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace lies_in_probes
