#pragma once

// Deletes a file.
// expect: must not make.*changes a file or folder

#include <unistd.h>

#include "honest.h"

namespace deletes_a_file {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    unlink("/tmp/strata_hostile_nothing");
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace deletes_a_file
