#pragma once

// Refuses what is not a number.
// expect: probe "NaN": the refactored component threw: no NaN, please

#include <cmath>
#include <stdexcept>

#include "honest.h"

namespace throws_in_probes {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor result = honest::Model::forward(x);
    for (std::int64_t i = 0; i < x.numel(); ++i)
      if (std::isnan(x.const_data_ptr<float>()[i])) throw std::runtime_error("no NaN, please");
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_in_probes
