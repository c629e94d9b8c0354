#pragma once

// Maps memory that no limit counts.
// expect: must not make.*memory that no limit counts

#include <sys/mman.h>

#include "honest.h"

namespace shares_memory {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace shares_memory
