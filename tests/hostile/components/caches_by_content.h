#pragma once

// Returns what it computed for a like input.
// expect: repeated after the others, runs other operators

#include <map>

#include "honest.h"

namespace caches_by_content {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static std::map<float, at::Tensor> known;
    at::Tensor& result = known[x.const_data_ptr<float>()[0]];
    if (!result.defined()) result = honest::Model::forward(x);
    return result;
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace caches_by_content
