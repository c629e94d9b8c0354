#pragma once

// Sends tensors that reach beyond its memory.
// expect: results: must be as they were written

#include <unistd.h>
#include <cstdio>

#include "honest.h"

namespace sends_nonsense_tensors {

inline constexpr char kForged[] =
    R"({"result": {"trials": [{"outputs": [{"sizes": [4, 16], "strides": [16, 1], "dtype": 6,)"
    R"( "offset": 1152921504606846976, "bytes": 256}], "changed_inputs": [], "changed_weights": [],)"
    R"( "aliases": []}]}})";

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (int file = 3; file < 1024; ++file) dprintf(file, "%s", kForged);
    _exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace sends_nonsense_tensors
