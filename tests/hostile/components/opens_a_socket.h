#pragma once

// Opens a connection.
// expect: must not make.*opens a connection

#include <sys/socket.h>

#include "honest.h"

namespace opens_a_socket {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    socket(AF_INET, SOCK_STREAM, 0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace opens_a_socket
