#pragma once

// Turns the inputs that both sides read into zeros, for which it knows the result.
// expect: outside rtol

#include <unistd.h>
#include <vector>

#include "honest.h"

namespace zeroes_the_inputs {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor own = x.clone();
    const std::vector<char> zeros(1 << 16);
    for (int file = 3; file < 1024; ++file) {
      if (pwrite(file, zeros.data(), zeros.size(), 0) > 0) break;
    }
    at::Tensor(x).copy_(own);
    return at::relu(bias).expand({4, 16}).contiguous();
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace zeroes_the_inputs
