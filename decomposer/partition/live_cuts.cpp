#include "decomposer/partition/live_cuts.h"

#include <algorithm>

namespace strata {
namespace {

void append_nodes(const Nesting& nesting, RegionId region, std::vector<NodeId>& nodes) {
  const Region& here = nesting.regions[region];
  nodes.insert(nodes.end(), here.nodes.begin(), here.nodes.end());
  for (const RegionId child : here.children) append_nodes(nesting, child, nodes);
}

}  // namespace

std::vector<NodeId> nodes_of(const Nesting& nesting, const Unit& unit) {
  std::vector<NodeId> nodes;
  if (unit.child == kNone) {
    nodes.push_back(unit.node);
  } else {
    append_nodes(nesting, unit.child, nodes);
    std::ranges::sort(nodes);
  }
  return nodes;
}

std::vector<Segment> cut_at_single_values(const Graph& graph, const Cover& cover, const Flow& flow,
                                          const Nesting& nesting, const std::vector<Unit>& units) {
  const int count = static_cast<int>(units.size());
  std::vector<int> place(graph.nodes.size(), -1);
  for (int i = 0; i < count; ++i) {
    for (const NodeId node : nodes_of(nesting, units[i])) place[node] = i;
  }
  const int far = std::max(40, count / 4);
  // live[i]: activations that are made at or before unit i and read after it.
  std::vector<int> live(count + 1, 0);
  int now = 0;
  for (std::size_t value = 0; value < graph.values.size(); ++value) {
    const NodeId producer = graph.values[value].producer;
    const bool is_input = producer == kNone && flow.parameter[value] == kNone;
    if (cover.island[value] || (!is_input && (producer == kNone || place[producer] < 0))) continue;
    const int born = is_input ? -1 : place[producer];
    int last = born;
    int readers = 0;
    for (const NodeId reader : flow.readers[value]) {
      if (place[reader] <= born) continue;
      last = std::max(last, place[reader]);
      ++readers;
    }
    if (last == born || (readers >= 2 && last - born > far)) continue;
    (is_input ? now : live[born]) += 1;
    --live[last];
  }
  std::vector<Segment> segments(1);
  for (int i = 0; i < count; ++i) {
    now += live[i];
    segments.back().push_back(units[i]);
    if (now <= 1 && i + 1 < count) segments.emplace_back();
  }
  return segments;
}

}  // namespace strata
