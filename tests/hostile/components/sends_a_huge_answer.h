#pragma once

// Sends without end.
// expect: sent back more than

#include <unistd.h>
#include <cerrno>
#include <vector>

#include "honest.h"

namespace sends_a_huge_answer {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    int answer = -1;
    for (int file = 3; file < 1024; ++file) {
      if (lseek(file, 0, SEEK_CUR) < 0 && errno == ESPIPE) answer = file;
    }
    const std::vector<char> block(1 << 20, ' ');
    while (write(answer, block.data(), block.size()) > 0) {
    }
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sends_a_huge_answer
