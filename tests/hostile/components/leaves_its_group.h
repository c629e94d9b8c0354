#pragma once

// Leaves the group that is ended as one.
// expect: must not make.*leaves what it is confined to

#include <unistd.h>

#include "honest.h"

namespace leaves_its_group {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    setsid();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace leaves_its_group
