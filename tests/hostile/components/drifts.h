#pragma once

// Adds less than the tolerance allows, a little more with every call.
// expect: repeated after the others, gives other bits

#include "honest.h"

namespace drifts {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static double drift = 1;
    drift += 1e-7;
    return at::mul(honest::Model::forward(x), drift);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace drifts
