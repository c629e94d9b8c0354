#pragma once

// Takes memory without end.
// expect: threw: std::bad_alloc

#include "honest.h"

namespace takes_all_memory {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (;;) {
      char* volatile block = new char[1 << 20];
      for (int i = 0; i < 1 << 20; i += 4096) block[i] = 1;
    }
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace takes_all_memory
