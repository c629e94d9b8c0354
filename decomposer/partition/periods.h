#pragma once

#include "decomposer/cover/cover.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Layers of code without frames: where the model itself holds many loose kernels, it is cut at
// single live values, and a sequence of cuts that repeats, with at least four kernels and a
// residual inside, becomes level 2, once per repetition. Inside such a layer, what a residual add
// adds to the stream becomes level 1 (its attention, its MLP).
void find_periods(const Graph& graph, const Cover& cover, const Flow& flow, Nesting& nesting);

}  // namespace strata
