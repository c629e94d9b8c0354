#pragma once

// Reads a file that is not its own, where it can.
// expect: threw: refused: Permission denied

#include <fcntl.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "honest.h"

namespace opens_files_outside {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    if (open("/etc/passwd", O_RDONLY) < 0)
      throw std::runtime_error(std::string("refused: ") + std::strerror(errno));
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace opens_files_outside
