#pragma once

// Returns its first result for every input of that shape.
// expect: outside rtol

#include "honest.h"

namespace caches_by_shape {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static at::Tensor known;
    if (!known.defined()) known = honest::Model::forward(x);
    return known.clone();
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace caches_by_shape
