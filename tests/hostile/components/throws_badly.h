#pragma once

// Throws what throws again when it is asked what it is.
// expect: ended by signal 6

#include <exception>

#include "honest.h"

namespace throws_badly {

struct Bad : std::exception {
  const char* what() const noexcept override { throw 1; }
};

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    throw Bad();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_badly
