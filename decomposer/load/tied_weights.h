#pragma once

#include "decomposer/graph/graph.h"

namespace strata {

// Parameters of the same storage, sizes, strides and offset are one weight under several names
// (tied weights, modules registered twice); torch.export lets all nodes read the last of them.
// Fills Parameter::aliases, and makes each node read the name that its own module or the nearest
// enclosing one owns.
void read_tied_weights_by_owner(Graph& graph);

}  // namespace strata
