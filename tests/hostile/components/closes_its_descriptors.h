#pragma once

// Closes every descriptor, the one for its answer too.
// expect: (left with exit code|got .Bad file descriptor.)

#include <unistd.h>

#include "honest.h"

namespace closes_its_descriptors {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (int file = 0; file < 1024; ++file) close(file);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace closes_its_descriptors
