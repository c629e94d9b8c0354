#pragma once

// Asks for more memory than it may have.
// expect: threw: .*memory

#include <cstdint>

#include "honest.h"

namespace makes_huge_tensors {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor large = at::ones({std::int64_t{1} << 27});
    return x + large[0];
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace makes_huge_tensors
