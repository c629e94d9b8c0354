#pragma once

// Starts processes until nothing else runs.
// expect: must not make.*starts a process

#include <unistd.h>

#include "honest.h"

namespace forks_without_end {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (;;) fork();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace forks_without_end
