#pragma once

// Throws a null pointer.
// expect: threw: something that is not a std::exception

#include "honest.h"

namespace throws_a_null_pointer {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    throw nullptr;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_a_null_pointer
