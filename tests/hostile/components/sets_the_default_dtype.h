#pragma once

// Leaves another default dtype.
// expect: changed LibTorch's state: default dtype

#include <c10/core/DefaultDtype.h>

#include "honest.h"

namespace sets_the_default_dtype {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    c10::set_default_dtype(caffe2::TypeMeta::Make<double>());
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sets_the_default_dtype
