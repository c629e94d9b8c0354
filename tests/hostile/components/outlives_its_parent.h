#pragma once

// Asks not to be ended with its parent.
// expect: must not make.*leaves what it is confined to

#include <sys/prctl.h>

#include "honest.h"

namespace outlives_its_parent {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    prctl(PR_SET_PDEATHSIG, 0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace outlives_its_parent
