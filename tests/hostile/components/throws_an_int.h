#pragma once

// Throws an int.
// expect: threw: something that is not a std::exception \(int\)

#include "honest.h"

namespace throws_an_int {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    throw 5;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_an_int
