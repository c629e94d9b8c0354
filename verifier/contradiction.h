#pragma once

#include <vector>

#include "verifier/runner.h"

namespace strata {

// Whether a job's second stage, which compares, found a proof and numbers that disagree. The third
// is then to tell whose mistake that is.
bool is_contradicted(const std::vector<Outcome>& outcomes);

}  // namespace strata
