#pragma once

#include "decomposer/cost/cost.h"

namespace strata {

// What a machine can do at most.
struct Peak {
  double flops = 0;      // operations per second
  double bandwidth = 0;  // bytes per second
};

// The least time that a cost takes: the longer of computing and moving, each at its peak (Williams,
// Waterman, Patterson: Roofline, 2009).
double least_seconds(const Cost& cost, const Peak& peak);
// Whether computing takes the longer. False for a cost without operations.
bool is_compute_bound(const Cost& cost, const Peak& peak);
// Operations per byte moved; 0 when nothing moves.
double intensity(const Cost& cost);

}  // namespace strata
