#include "decomposer/partition/quotient.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace strata {
namespace {

// Units numbered within their region: children first, then own nodes.
struct Numbering {
  std::vector<RegionId> owner;  // per node
  std::vector<int> depth;       // per region
  std::vector<std::int32_t>
      own_number;  // per node: its number among the units of the region that owns it
  std::vector<std::int32_t> child_number;  // per region: its number among the units of its parent
  std::vector<NodeId> first_node;          // per region
};

Numbering number_units(const Nesting& nesting, std::size_t node_count) {
  Numbering numbering;
  numbering.owner = owners_of_nodes(nesting, node_count);
  numbering.depth.assign(nesting.regions.size(), 0);
  numbering.own_number.assign(node_count, kNone);
  numbering.child_number.assign(nesting.regions.size(), kNone);
  numbering.first_node.assign(nesting.regions.size(), static_cast<NodeId>(node_count));
  const std::vector<RegionId> downwards = regions_downwards(nesting);
  for (const RegionId id : downwards) {
    const Region& region = nesting.regions[id];
    std::int32_t number = 0;
    for (const RegionId child : region.children) {
      numbering.depth[child] = numbering.depth[id] + 1;
      numbering.child_number[child] = number++;
    }
    for (const NodeId node : region.nodes) numbering.own_number[node] = number++;
  }
  for (auto it = downwards.rbegin(); it != downwards.rend(); ++it) {
    const Region& region = nesting.regions[*it];
    NodeId first = region.nodes.empty() ? static_cast<NodeId>(node_count) : region.nodes.front();
    for (const RegionId child : region.children)
      first = std::min(first, numbering.first_node[child]);
    numbering.first_node[*it] = first;
  }
  return numbering;
}

// Where an edge between two nodes shows: the innermost region that holds both, and the two units
// there.
struct Crossing {
  RegionId region = kNone;
  std::int32_t from = kNone;
  std::int32_t to = kNone;
};

Crossing crossing_of(const Nesting& nesting, const Numbering& numbering, NodeId from, NodeId to) {
  Crossing crossing{kNone, numbering.own_number[from], numbering.own_number[to]};
  RegionId a = numbering.owner[from];
  RegionId b = numbering.owner[to];
  const auto climb = [&](RegionId& region, std::int32_t& unit) {
    unit = numbering.child_number[region];
    region = nesting.regions[region].parent;
  };
  while (numbering.depth[a] > numbering.depth[b]) climb(a, crossing.from);
  while (numbering.depth[b] > numbering.depth[a]) climb(b, crossing.to);
  while (a != b) {
    climb(a, crossing.from);
    climb(b, crossing.to);
  }
  crossing.region = a;
  return crossing;
}

using Edges = std::vector<std::pair<std::int32_t, std::int32_t>>;

std::vector<Edges> edges_by_region(const Nesting& nesting, const Flow& flow,
                                   const Numbering& numbering) {
  std::vector<Edges> edges(nesting.regions.size());
  for (const auto& [from, to] : flow.edges) {
    const Crossing crossing = crossing_of(nesting, numbering, from, to);
    if (crossing.from != crossing.to) {
      edges[crossing.region].emplace_back(crossing.from, crossing.to);
    }
  }
  return edges;
}

std::vector<Unit> units_of(const Region& region, const Numbering& numbering) {
  std::vector<Unit> units;
  for (const RegionId child : region.children) {
    units.push_back({child, numbering.first_node[child]});
  }
  for (const NodeId node : region.nodes) units.push_back({kNone, node});
  return units;
}

UnitOrder order_of(const std::vector<Unit>& units, const Edges& edges) {
  std::vector<std::vector<std::int32_t>> successors(units.size());
  std::vector<int> waiting(units.size(), 0);
  for (const auto& [from, to] : edges) {
    successors[from].push_back(to);
    ++waiting[to];
  }
  // Ready units, the one whose first node ran earliest on top.
  using Entry = std::pair<NodeId, std::int32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (waiting[i] == 0) ready.emplace(units[i].node, static_cast<std::int32_t>(i));
  }
  UnitOrder order;
  while (!ready.empty()) {
    const std::int32_t unit = ready.top().second;
    ready.pop();
    order.units.push_back(units[unit]);
    for (const std::int32_t next : successors[unit]) {
      if (--waiting[next] == 0) ready.emplace(units[next].node, next);
    }
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (waiting[i] > 0) order.stuck.push_back(units[i]);
  }
  return order;
}

}  // namespace

std::vector<UnitOrder> order_units(const Nesting& nesting, const Flow& flow,
                                   std::size_t node_count) {
  const Numbering numbering = number_units(nesting, node_count);
  const std::vector<Edges> edges = edges_by_region(nesting, flow, numbering);
  std::vector<UnitOrder> orders(nesting.regions.size());
  for (const RegionId id : regions_downwards(nesting)) {
    if (nesting.regions[id].kernel != kNone) continue;
    orders[id] = order_of(units_of(nesting.regions[id], numbering), edges[id]);
  }
  return orders;
}

std::vector<std::vector<Unit>> cycles_in(const Nesting& nesting, const Flow& flow, RegionId region,
                                         std::size_t node_count) {
  const Numbering numbering = number_units(nesting, node_count);
  const std::vector<Unit> units = units_of(nesting.regions[region], numbering);
  const Edges edges = edges_by_region(nesting, flow, numbering)[region];
  const auto reach = [&](std::int32_t start, bool forwards) {
    std::vector<std::vector<std::int32_t>> next(units.size());
    for (const auto& [from, to] : edges) next[forwards ? from : to].push_back(forwards ? to : from);
    std::vector<bool> seen(units.size(), false);
    std::vector<std::int32_t> stack{start};
    while (!stack.empty()) {
      const std::int32_t unit = stack.back();
      stack.pop_back();
      for (const std::int32_t other : next[unit]) {
        if (!seen[other]) {
          seen[other] = true;
          stack.push_back(other);
        }
      }
    }
    return seen;
  };
  // Cycles are rare, so that the plain way is good enough: what can be reached from a unit and
  // reaches it.
  std::vector<std::vector<Unit>> cycles;
  std::vector<bool> done(units.size(), false);
  const std::vector<Unit> stuck = order_of(units, edges).stuck;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (done[i] || std::ranges::find(stuck, units[i]) == stuck.end()) continue;
    const std::vector<bool> after = reach(static_cast<std::int32_t>(i), true);
    if (!after[i]) continue;
    const std::vector<bool> before = reach(static_cast<std::int32_t>(i), false);
    std::vector<Unit>& cycle = cycles.emplace_back();
    for (std::size_t other = 0; other < units.size(); ++other) {
      if (!after[other] || !before[other]) continue;
      done[other] = true;
      cycle.push_back(units[other]);
    }
  }
  return cycles;
}

}  // namespace strata
