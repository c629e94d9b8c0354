#pragma once

#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"
#include "decomposer/partition/quotient.h"

namespace strata {

// A run of units of a region that ends where one activation alone is carried on.
using Segment = std::vector<Unit>;

// Cuts a region at the places where at most one activation is live. Values of islands and values
// that are read far apart (what an encoder hands to every layer of a decoder) do not count.
std::vector<Segment> cut_at_single_values(const Graph& graph, const Cover& cover, const Flow& flow,
                                          const Nesting& nesting, const std::vector<Unit>& units);

// The nodes of a unit, those of a child's children included.
std::vector<NodeId> nodes_of(const Nesting& nesting, const Unit& unit);

}  // namespace strata
