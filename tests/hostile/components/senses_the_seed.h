#pragma once

// Works only for the seed of the first trial.
// expect: outside rtol

#include "honest.h"

namespace senses_the_seed {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    if (at::globalContext().defaultGenerator(at::kCPU).current_seed() == 0)
      return honest::Model::forward(x);
    return at::zeros({4, 16});
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace senses_the_seed
