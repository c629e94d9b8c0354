#pragma once

// Ends every process that it may.
// expect: must not make.*signals another process

#include <csignal>

#include "honest.h"

namespace kills_everybody {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    kill(-1, SIGKILL);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace kills_everybody
