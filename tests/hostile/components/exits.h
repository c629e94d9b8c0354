#pragma once

// Leaves through exit(0).
// expect: left with exit code 0 before it was done

#include <cstdlib>

#include "honest.h"

namespace exits {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace exits
