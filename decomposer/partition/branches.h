#pragma once

#include "decomposer/cover/cover.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Makes level 1 of what the residual adds of a layer without frames add to the stream: from the
// stream, without a leading norm, up to the add, where that is at least three kernels with one
// result. Named `attention`, `mlp`, `gated_mlp` where the kernels say so, else `branch`.
void split_branches(const Graph& graph, const Cover& cover, const Flow& flow, Nesting& nesting,
                    RegionId layer);

}  // namespace strata
