#pragma once

#include <filesystem>

#include "verifier/build_component.h"

namespace strata {

// Starts to scan and compile a component in a process of its own. build_component then finds it in
// the scanner's cache, or waits for it there. What can't be built is left to be said by that one.
void build_ahead(const ComponentSource& source, const JudgedAs& as, const ScanSettings& settings);

}  // namespace strata
