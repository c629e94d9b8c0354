#pragma once

// Writes to address 8.
// expect: ended by signal 11

#include "honest.h"

namespace segfaults {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    *reinterpret_cast<volatile int*>(8) = 1;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace segfaults
