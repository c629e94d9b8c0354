#pragma once

#include <cstdint>

#include "verifier/build_component.h"

namespace strata {

// Whether a process takes its turn or leaves the processors to others that want them.
enum class Turn : std::uint8_t { kTakes, kLeaves };

// Starts to scan and compile a component in a process of its own. build_component then finds it in
// the scanner's cache, or waits for it there. What can't be built is left to be said by that one.
void build_ahead(const ComponentSource& source, const JudgedAs& as, const ScanSettings& settings,
                 Turn turn = Turn::kTakes);

}  // namespace strata
