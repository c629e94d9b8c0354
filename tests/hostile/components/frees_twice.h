#pragma once

// Frees one block twice.
// expect: ended by signal 6.*free

#include <cstdlib>

#include "honest.h"

namespace frees_twice {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    void* volatile block = std::malloc(64);
    std::free(block);
    std::free(block);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace frees_twice
