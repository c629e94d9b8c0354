#pragma once

// Calls abort.
// expect: ended by signal 6

#include <cstdlib>

#include "honest.h"

namespace aborts {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::abort();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace aborts
