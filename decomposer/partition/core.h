#pragma once

#include <vector>

#include "decomposer/partition/flow.h"
#include "decomposer/partition/frame_tree.h"

namespace strata {

// What lies before the first residual add of a frame and can be a fusion of its own: at least three
// kernels, one result, no residual inside. A norm in front stays outside, for it is what the
// residual forks around. Empty when there is no such part, or when a child frame is that part
// already.
std::vector<NodeId> core_before_residual(const Graph& graph, const Cover& cover, const Flow& flow,
                                         const FrameTree& tree, FrameId frame);

}  // namespace strata
