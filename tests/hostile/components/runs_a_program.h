#pragma once

// Becomes another program.
// expect: must not make.*starts a program

#include <unistd.h>

#include "honest.h"

namespace runs_a_program {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    execl("/bin/true", "true", nullptr);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace runs_a_program
