#pragma once

// Sends an error of the judge's and leaves.
// expect: sent back an error of the judge's

#include <unistd.h>
#include <cstdio>

#include "honest.h"

namespace forges_an_error {

inline constexpr char kForged[] =
    R"({"error": {"id": "weights.archive", "message": "can't be judged"}})";

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (int file = 3; file < 1024; ++file) dprintf(file, "%s", kForged);
    _exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace forges_an_error
