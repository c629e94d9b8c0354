#pragma once

// Takes over LibTorch's memory.
// expect: changed LibTorch's state: memory allocator

#include <c10/core/CPUAllocator.h>

#include "honest.h"

namespace replaces_the_allocator {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    c10::SetCPUAllocator(c10::GetDefaultCPUAllocator());
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace replaces_the_allocator
