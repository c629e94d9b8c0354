#pragma once

// Looks for the judge's numbers in its parent's memory, where it can.
// expect: threw: refused: Permission denied

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "honest.h"

namespace reads_its_parents_memory_file {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    const std::string memory = "/proc/" + std::to_string(getppid()) + "/mem";
    if (open(memory.c_str(), O_RDONLY) < 0)
      throw std::runtime_error(std::string("refused: ") + std::strerror(errno));
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace reads_its_parents_memory_file
