#pragma once

// Attaches to its parent as a debugger.
// expect: must not make.*looks into another process

#include <sys/ptrace.h>
#include <unistd.h>

#include "honest.h"

namespace traces_its_parent {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace traces_its_parent
