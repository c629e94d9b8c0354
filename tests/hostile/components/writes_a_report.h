#pragma once

// Writes a report of its own.
// expect: must not make.*opens a file for writing

#include <fstream>

#include "honest.h"

namespace writes_a_report {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    std::ofstream("/tmp/strata_hostile_result.json") << R"({"verdict": "pass"})";
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace writes_a_report
