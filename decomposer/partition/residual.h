#pragma once

#include <functional>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"

namespace strata {

// The residual adds of a region: adds of two tensors of equal shape, one of which (through casts)
// the other was computed from, all inside the region. `nodes` are the region's, ascending; `inside`
// tells them apart from others. `first_only` stops at the first one.
std::vector<NodeId> residual_adds(const Graph& graph, const Cover& cover,
                                  const std::vector<NodeId>& nodes,
                                  const std::function<bool(NodeId)>& inside, bool first_only);

}  // namespace strata
