#pragma once

#include <optional>

#include "decomposer/graph/graph.h"

namespace strata {

// Frames for modules that are never called themselves: in a list of lists the items run as
// `layers.0.0`, `layers.0.1`, `layers.1.0`, and `layers.0` has no frame of its own. Gives each such
// item a frame that also takes what its parent computes between its modules, and after the last one
// as far as all items agree (the residual add). nullopt when the graph has none.
std::optional<Graph> with_virtual_frames(const Graph& graph);

}  // namespace strata
