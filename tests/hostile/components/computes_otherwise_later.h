#pragma once

// Runs the original's operators in the first call, and others, to the same result, in those after
// it, but for the last.
// expect: seed 17: the refactored component ran other operations than in its first call

#include "honest.h"

namespace computes_otherwise_later {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static int calls = 0;
    ++calls;
    const at::Tensor honest = honest::Model::forward(x);
    return calls == 2 || calls == 3 ? at::clamp_min(honest, 0) : honest;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace computes_otherwise_later
