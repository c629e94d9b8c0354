#pragma once

// Asks for all the memory there is.
// expect: must not make.*leaves what it is confined to

#include <sys/resource.h>

#include "honest.h"

namespace raises_its_limits {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_DATA, &all);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace raises_its_limits
