#pragma once

// Runs the right operators and changes their result behind LibTorch's back.
// expect: changed by something that is no operator

#include "honest.h"

namespace writes_to_its_output_secretly {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor result = honest::Model::forward(x);
    result.data_ptr<float>()[0] += 1;
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_its_output_secretly
