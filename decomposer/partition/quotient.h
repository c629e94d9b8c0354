#pragma once

#include <vector>

#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// A part of a region: one of its children, contracted to a point, or one of its own nodes.
struct Unit {
  RegionId child = kNone;
  NodeId node = kNone;  // the node, or the child's first node
  friend bool operator==(const Unit&, const Unit&) = default;
};

// The units of one region in an order that respects data flow and effects and otherwise keeps the
// nodes' order. `stuck` holds the units that lie on or behind a cycle; empty when the region's
// children are all convex in it.
struct UnitOrder {
  std::vector<Unit> units;
  std::vector<Unit> stuck;
};

// One per region, indexed by RegionId; empty for kernels. All regions are convex exactly when
// nothing is stuck: a path that leaves a region and comes back is a cycle among its parent's units.
std::vector<UnitOrder> order_units(const Nesting& nesting, const Flow& flow,
                                   std::size_t node_count);

// The units of one region that lie on a cycle themselves: the strongly connected ones with at least
// two members.
std::vector<std::vector<Unit>> cycles_in(const Nesting& nesting, const Flow& flow, RegionId region,
                                         std::size_t node_count);

}  // namespace strata
