#pragma once

#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Makes every region convex: where the units of a region form a cycle, a child on it gives its
// outermost plumbing and arithmetic back, or, when that is not enough, the smallest child on the
// cycle dissolves. Each repair is in the log. Throws Error{"partition.kernel_cycle"} when kernels
// alone form a cycle, which a valid cover never does.
void repair_cycles(const Graph& graph, const Flow& flow, Nesting& nesting);

}  // namespace strata
