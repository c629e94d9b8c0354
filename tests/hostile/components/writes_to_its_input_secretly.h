#pragma once

// Changes its input behind LibTorch's back.
// expect: input 0 is written by the refactored component, not by the original

#include "honest.h"

namespace writes_to_its_input_secretly {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor result = honest::Model::forward(x);
    x.data_ptr<float>()[0] = 17;
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_its_input_secretly
