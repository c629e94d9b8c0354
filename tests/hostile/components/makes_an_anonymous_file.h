#pragma once

// Hides memory in a file without a name.
// expect: must not make.*memory that no limit counts

#include <sys/mman.h>

#include "honest.h"

namespace makes_an_anonymous_file {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    memfd_create("hidden", 0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace makes_an_anonymous_file
