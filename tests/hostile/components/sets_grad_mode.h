#pragma once

// Leaves grad mode switched on.
// expect: changed LibTorch's state: grad mode was off and is on

#include <c10/core/GradMode.h>

#include "honest.h"

namespace sets_grad_mode {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    c10::GradMode::set_enabled(true);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sets_grad_mode
