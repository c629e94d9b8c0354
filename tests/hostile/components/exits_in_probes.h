#pragma once

// Leaves where there is an infinity, after all trials have agreed.
// expect: the refactored component in the probes (left|exited|called exit|ended)

#include <cmath>
#include <cstdlib>

#include "honest.h"

namespace exits_in_probes {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (std::int64_t i = 0; i < x.numel(); ++i)
      if (std::isinf(x.const_data_ptr<float>()[i])) std::_Exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace exits_in_probes
