#pragma once

// Leaves the processor flushing small numbers to zero.
// expect: changed LibTorch's state: floating-point mode

#include "honest.h"

namespace flushes_denormals {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    at::globalContext().setFlushDenormal(true);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace flushes_denormals
