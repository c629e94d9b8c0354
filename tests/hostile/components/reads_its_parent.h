#pragma once

// Copies out of its parent's memory.
// expect: must not make.*looks into another process

#include <sys/uio.h>
#include <unistd.h>

#include "honest.h"

namespace reads_its_parent {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    char byte = 0;
    const iovec here{&byte, 1};
    const iovec there{const_cast<char*>("x"), 1};
    process_vm_readv(getppid(), &here, 1, &there, 1, 0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace reads_its_parent
