#pragma once

// Returns what it computed when it last saw this address.
// expect: outside rtol

#include <map>

#include "honest.h"

namespace caches_by_pointer {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    static std::map<const void*, at::Tensor> known;
    at::Tensor& result = known[x.const_data_ptr()];
    if (!result.defined()) result = honest::Model::forward(x);
    return result.clone();
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace caches_by_pointer
