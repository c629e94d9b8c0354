#pragma once

#include "decomposer/graph/graph.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Finds fusions in code without frames: in the model and in every layer, a straight line of single
// readers that starts at a loose contraction (linear, convolution, matmul) and runs through
// elementwise kernels and plumbing becomes level 1. A norm, or anything with a second activation,
// ends it; a convolution, or a linear after one, starts the next; linear-activation-linear is one.
void fuse_chains(const Graph& graph, const Flow& flow, Nesting& nesting);

}  // namespace strata
