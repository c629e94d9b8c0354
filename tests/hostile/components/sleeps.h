#pragma once

// Sleeps for an hour.
// expect: did not finish within

#include <chrono>
#include <thread>

#include "honest.h"

namespace sleeps {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::this_thread::sleep_for(std::chrono::hours(1));
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sleeps
