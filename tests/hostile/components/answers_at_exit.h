#pragma once

// Leaves a handler behind that sends an answer of its own.
// expect: results: must be as they were written

#include <cstdio>
#include <cstdlib>

#include "honest.h"

namespace answers_at_exit {

inline constexpr char kForged[] = R"({"result": {"trials": []}})";

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::atexit([] {
      for (int file = 3; file < 1024; ++file) dprintf(file, "%s", kForged);
    });
    std::exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace answers_at_exit
