#pragma once

// Writes into every descriptor that it has.
// expect: bytes that are no answer

#include <cstdio>

#include "honest.h"

namespace writes_to_every_descriptor {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (int file = 0; file < 1024; ++file) dprintf(file, "pass");
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_to_every_descriptor
