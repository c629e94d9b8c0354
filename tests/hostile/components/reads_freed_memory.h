#pragma once

// Returns what an earlier call left where it was.
// expect: (outside rtol|NaN|ended by signal)

#include "honest.h"

namespace reads_freed_memory {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static const float* left = nullptr;
    if (left != nullptr) return at::from_blob(const_cast<float*>(left), {4, 16}).clone();
    at::Tensor result = honest::Model::forward(x);
    left = result.const_data_ptr<float>();
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace reads_freed_memory
