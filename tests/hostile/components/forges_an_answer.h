#pragma once

// Sends an answer of its own and leaves.
// expect: results: must be as they were written

#include <unistd.h>
#include <cstdio>

#include "honest.h"

namespace forges_an_answer {

inline constexpr char kForged[] =
    R"({"result": {"trials": [], "repeated": null, "same_operations": [], "map": {},)"
    R"( "trace": {"calls": [], "results": [], "inputs": []}}})";

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    for (int file = 3; file < 1024; ++file) dprintf(file, "%s", kForged);
    _exit(0);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace forges_an_answer
