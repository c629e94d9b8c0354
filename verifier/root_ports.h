#pragma once

#include <cstdint>
#include <vector>

#include "verifier/step.h"
#include "verifier/subject_run.h"

namespace strata {

// How the root component's ports stand to the program's: the tree may order them otherwise.
struct RootPorts {
  std::vector<std::size_t> inputs;  // by root input: index into Graph::inputs
  std::vector<std::int32_t>
      outputs;  // by program output: index of the root's output, or kNone for a constant
};

RootPorts root_ports(const Judged& judged);

// The refactored side's results in the program's order of inputs and outputs.
TrialResults in_program_order(const TrialResults& given, const RootPorts& ports);

}  // namespace strata
