#pragma once

// Runs other operators, to the same result, where every number is an integer.
// expect: probe "ties": the refactored component ran other operations than in its trials

#include <cmath>

#include "honest.h"

namespace computes_otherwise_in_probes {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor honest = honest::Model::forward(x);
    const float first = x.const_data_ptr<float>()[0];
    return first == std::floor(first) ? at::clamp_min(honest, 0) : honest;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace computes_otherwise_in_probes
