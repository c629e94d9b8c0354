#include "decomposer/partition/live_cuts.h"

#include <algorithm>

#include "decomposer/partition/residual.h"

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

namespace {

// What is handed to several layers beside the stream (a bias, an encoder's result): read before and
// after some residual add, and part of none.
class SideInputs {
 public:
  SideInputs(const Graph& graph, const Cover& cover, const Flow& flow,
             const std::vector<int>& place) {
    carried_.assign(graph.values.size(), false);
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < place.size(); ++i) {
      if (place[i] >= 0) nodes.push_back(static_cast<NodeId>(i));
    }
    const auto inside = [&](NodeId node) { return place[node] >= 0; };
    for (const NodeId add : residual_adds(graph, cover, nodes, inside, false)) {
      if (feeds_softmax(graph, cover, flow, add)) continue;  // a bias on scores
      adds_.push_back(place[add]);
      for (const ValueId operand : inputs_of(graph.nodes[add])) carried_[operand] = true;
    }
    std::ranges::sort(adds_);
  }

  static bool feeds_softmax(const Graph& graph, const Cover& cover, const Flow& flow, NodeId node) {
    for (;;) {
      const std::vector<NodeId>& readers = flow.readers[graph.nodes[node].outputs.front()];
      if (readers.size() != 1) return false;
      node = readers.front();
      if (cover.kernel_of[node] != kNone)
        return cover.kernels[cover.kernel_of[node]].operation.starts_with("softmax");
      if (graph.nodes[node].outputs.size() != 1) return false;
    }
  }

  bool holds(ValueId value, int first_read, int last_read) const {
    const auto next = std::ranges::upper_bound(adds_, first_read);
    return !carried_[value] && next != adds_.end() && *next < last_read;
  }

 private:
  std::vector<bool> carried_;
  std::vector<int> adds_;  // places of the residual adds, ascending
};

}  // namespace

std::vector<Segment> cut_at_single_values(const Graph& graph, const Cover& cover, const Flow& flow,
                                          const Nesting& nesting, const std::vector<Unit>& units) {
  const int count = static_cast<int>(units.size());
  std::vector<int> place(graph.nodes.size(), -1);
  for (int i = 0; i < count; ++i) {
    for (const NodeId node : nodes_of(nesting, units[i])) place[node] = i;
  }
  const int far = std::max(40, count / 4);
  const SideInputs side_inputs(graph, cover, flow, place);
  // live[i]: activations that are made at or before unit i and read after it.
  std::vector<int> live(count + 1, 0);
  int now = 0;
  for (std::size_t value = 0; value < graph.values.size(); ++value) {
    const NodeId producer = graph.values[value].producer;
    const bool is_input = producer == kNone && flow.parameter[value] == kNone;
    if (cover.island[value] || (!is_input && (producer == kNone || place[producer] < 0))) continue;
    const int born = is_input ? -1 : place[producer];
    int first = count;
    int last = born;
    int readers = 0;
    for (const NodeId reader : flow.readers[value]) {
      if (place[reader] <= born) continue;
      first = std::min(first, place[reader]);
      last = std::max(last, place[reader]);
      ++readers;
    }
    if (last == born || (readers >= 2 && last - born > far)) continue;
    if (readers >= 2 && side_inputs.holds(static_cast<ValueId>(value), first, last)) continue;
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
