#pragma once

#include <map>
#include <string>

namespace strata {

// What a component could leave changed in LibTorch and in the processor's settings, and that would
// change later results: by name, "grad mode", "threads", ... Random number generators are apart:
// operators move them.
using TorchState = std::map<std::string, std::string>;

// As it is now, in this thread.
TorchState torch_state();

// "grad mode was off and is on; threads ..."; "" when both are the same.
std::string state_changes(const TorchState& before, const TorchState& after);

// A digest of the CPU generator's state.
std::string generator_state();

}  // namespace strata
