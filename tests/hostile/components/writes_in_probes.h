#pragma once

// Writes over its result, without an operator, where the numbers are large.
// expect: ran the original's operators, but

#include <cmath>

#include "honest.h"

namespace writes_in_probes {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor result = honest::Model::forward(x);
    if (std::abs(x.const_data_ptr<float>()[0]) > 20) result.data_ptr<float>()[0] = -1;
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_in_probes
