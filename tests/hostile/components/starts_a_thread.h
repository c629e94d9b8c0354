#pragma once

// Leaves a thread running.
// expect: must not make.*a process or thread

#include <thread>

#include "honest.h"

namespace starts_a_thread {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::thread([] {
      for (;;) std::this_thread::yield();
    }).detach();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace starts_a_thread
