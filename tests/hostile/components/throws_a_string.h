#pragma once

// Throws a std::string.
// expect: threw: something that is not a std::exception

#include <string>

#include "honest.h"

namespace throws_a_string {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    throw std::string("odd");
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_a_string
