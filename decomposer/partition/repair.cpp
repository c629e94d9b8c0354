#include "decomposer/partition/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/partition/quotient.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::set<NodeId> nodes_below(const Nesting& nesting, RegionId region) {
  std::set<NodeId> found(nesting.regions[region].nodes.begin(),
                         nesting.regions[region].nodes.end());
  for (const RegionId child : nesting.regions[region].children)
    found.merge(nodes_below(nesting, child));
  return found;
}

bool is_convex(const Flow& flow, const std::set<NodeId>& nodes, std::size_t node_count) {
  // Nodes that are reached after the region was left once must not lie in it. Edges lead upwards,
  // so that one pass in node order is enough.
  std::vector<std::vector<NodeId>> successors(node_count);
  for (const auto& [from, to] : flow.edges) successors[from].push_back(to);
  std::vector<bool> left(node_count, false);
  for (std::size_t i = 0; i < node_count; ++i) {
    const auto node = static_cast<NodeId>(i);
    const bool member = nodes.contains(node);
    if (left[i] && member) return false;
    for (const NodeId next : successors[i]) {
      if ((member && !nodes.contains(next)) || left[i]) left[next] = true;
    }
  }
  return true;
}

// Hands one own node of the child's rim to the parent, if that makes the child convex.
bool peel(const Graph& graph, const Flow& flow, Nesting& nesting, RegionId child) {
  std::set<NodeId> nodes = nodes_below(nesting, child);
  if (is_convex(flow, nodes, graph.nodes.size())) return false;
  const std::vector<NodeId> own = nesting.regions[child].nodes;
  for (const NodeId node : own) {
    bool reads_inside = false;
    bool read_inside = false;
    for (const auto& [from, to] : flow.edges) {
      reads_inside = reads_inside || (to == node && nodes.contains(from));
      read_inside = read_inside || (from == node && nodes.contains(to));
    }
    if (reads_inside && read_inside) continue;
    nodes.erase(node);
    if (!nodes.empty() && is_convex(flow, nodes, graph.nodes.size())) {
      Region& parent = nesting.regions[nesting.regions[child].parent];
      std::erase(nesting.regions[child].nodes, node);
      parent.nodes.push_back(node);
      std::ranges::sort(parent.nodes);
      nesting.log.push_back({"repair", graph.nodes[node].name, "move to the parent",
                             "it stood between its module's inputs and results"});
      return true;
    }
    nodes.insert(node);
  }
  return false;
}

void repair_one(const Graph& graph, const Flow& flow, Nesting& nesting,
                const std::vector<Unit>& cycle) {
  std::vector<RegionId> children;
  for (const Unit& unit : cycle) {
    if (unit.child != kNone && nesting.regions[unit.child].kernel == kNone) {
      children.push_back(unit.child);
    }
  }
  if (children.empty()) {
    throw Error("partition.kernel_cycle",
                fmt::format("{}: kernels must be convex; got a cycle of kernels through this node; "
                            "report the model",
                            graph.nodes[cycle.front().node].name));
  }
  for (const RegionId child : children) {
    if (peel(graph, flow, nesting, child)) return;
  }
  const RegionId smallest = *std::ranges::min_element(
      children, {}, [&](RegionId id) { return nodes_below(nesting, id).size(); });
  nesting.log.push_back({"repair", nesting.regions[smallest].operation, "dissolve",
                         "other nodes run between its first and its last one"});
  dissolve(nesting, smallest);
}

}  // namespace

void repair_cycles(const Graph& graph, const Flow& flow, Nesting& nesting) {
  const std::size_t count = graph.nodes.size();
  for (bool repaired = true; repaired;) {
    repaired = false;
    const std::vector<UnitOrder> orders = order_units(nesting, flow, count);
    for (std::size_t region = 0; region < orders.size() && !repaired; ++region) {
      if (orders[region].stuck.empty()) continue;
      const auto cycles = cycles_in(nesting, flow, static_cast<RegionId>(region), count);
      repair_one(graph, flow, nesting, cycles.front());
      repaired = true;
    }
  }
}

}  // namespace strata
