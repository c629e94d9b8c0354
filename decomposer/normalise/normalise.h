#pragma once

#include "decomposer/graph/graph.h"

namespace strata {

// Takes away what is no computation, so that the same model gives the same graph however it was
// written or exported: assertions, aliases, no-op casts and views, dropout in eval mode, operands
// that lend only their shape, views of parameters, writes in place that nobody else sees, results
// that nobody reads.
//
// The result, executed, gives bit-equal outputs. Values keep their ids (those that nothing makes
// any more are left in Graph::values, unread), so tensors captured from the loaded graph serve the
// normalised one; nodes are renumbered and keep Node::original. What was removed stands in
// Graph::dropped, what was replaced in Graph::log.
Graph normalise(const Graph& loaded);

}  // namespace strata
