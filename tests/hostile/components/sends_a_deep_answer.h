#pragma once

// Sends brackets in brackets in brackets.
// expect: bytes that are no answer

#include <unistd.h>
#include <vector>

#include "honest.h"

namespace sends_a_deep_answer {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const std::vector<char> block(1 << 20, '[');
    for (int turn = 0; turn < 8; ++turn) {
      for (int file = 3; file < 1024; ++file)
        static_cast<void>(!write(file, block.data(), block.size()));
    }
    _exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sends_a_deep_answer
