#pragma once

// Installs a handler for what the filter sends, to go on after it.
// expect: must not make

#include <unistd.h>
#include <csignal>

#include "honest.h"

namespace catches_the_refusal {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::signal(SIGSYS, [](int) {});
    fork();
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace catches_the_refusal
