#pragma once

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Folds the author's frames into levels: the root is the model, layers of stacks are level 2, what
// lies inside a layer is level 1 when it holds no residual, kernels are level 0, and all other
// frames dissolve into what holds them. Every decision about a frame that dissolves or splits is in
// the log. The rules stand in docs/partition.md.
Nesting fold(const Graph& graph, const Cover& cover, const Flow& flow);

}  // namespace strata
