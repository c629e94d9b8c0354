#pragma once

// Goes around the filter with asynchronous calls.
// expect: must not make.*calls that no filter sees

#include <sys/syscall.h>
#include <unistd.h>

#include "honest.h"

namespace uses_io_uring {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    syscall(SYS_io_uring_setup, 1, nullptr);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace uses_io_uring
