#pragma once

#include "decomposer/cost/roofline.h"

namespace strata {

// What this machine reaches, in a process of its own: the best of several products of two fp32
// matrices (2 n^3 operations), and of several copies (bytes read and written). Takes about a
// second. Throws Error{"peak.failed"} when the process does not finish.
Peak measure_peak();

}  // namespace strata
