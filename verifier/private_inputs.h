#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/descriptor.h"

namespace strata {

// A part's own inputs, and nothing else of what was captured: the input of the next part is this
// one's expected output.
struct PrivateInputs {
  nlohmann::json captured;  // as capture() returned it, for these values
  Descriptor file;          // that holds them
};

// Copies the inputs of one part out of what was captured. For the process that will run the
// refactored component: it closes `file` there.
PrivateInputs private_inputs(const nlohmann::json& captured, int file,
                             const std::vector<ValueId>& values);

}  // namespace strata
