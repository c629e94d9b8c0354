#pragma once

// Ends the process that judges it.
// expect: must not make.*signals another process

#include <unistd.h>
#include <csignal>

#include "honest.h"

namespace kills_its_parent {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    kill(getppid(), SIGKILL);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace kills_its_parent
