#pragma once

// Throws an exception that has no words.
// expect: threw: an exception without words

#include <exception>

#include "honest.h"

namespace throws_nothing_said {

struct Silent : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    throw Silent();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_nothing_said
