#pragma once

// Runs a command.
// expect: must not make.*a process or thread

#include <cstdlib>

#include "honest.h"

namespace runs_a_shell {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    if (std::system("true") != 0) return x;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace runs_a_shell
