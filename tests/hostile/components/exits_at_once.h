#pragma once

// Leaves through _exit(0), past every handler.
// expect: left with exit code 0 before it was done

#include <unistd.h>

#include "honest.h"

namespace exits_at_once {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    _exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace exits_at_once
