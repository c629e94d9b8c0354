#pragma once

// Starts a process and goes on in both.
// expect: must not make.*starts a process

#include <unistd.h>

#include "honest.h"

namespace forks {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    fork();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace forks
