#pragma once

// Runs the right operators on weights that it has changed behind LibTorch's back.
// expect: changed by something that is no operator

#include "honest.h"

namespace writes_to_its_weights_secretly {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    weight.data_ptr<float>()[0] += 1;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_its_weights_secretly
