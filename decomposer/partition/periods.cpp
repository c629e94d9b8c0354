#include "decomposer/partition/periods.h"

#include <algorithm>
#include <unordered_set>

#include "decomposer/partition/branches.h"
#include "decomposer/partition/live_cuts.h"
#include "decomposer/partition/quotient.h"
#include "decomposer/partition/residual.h"

namespace strata {
namespace {

constexpr std::size_t kLooseKernels = 12;  // a model with no more than these needs no layers
constexpr int kLongestPeriod = 12;
constexpr int kLayerKernels = 4;

struct Period {
  std::size_t start = 0;   // segment
  std::size_t length = 0;  // segments
  std::size_t repeats = 0;
};

class PeriodFinder {
 public:
  PeriodFinder(const Graph& graph, const Cover& cover, const Nesting& nesting,
               const std::vector<Segment>& segments)
      : graph_(graph), cover_(cover), nesting_(nesting), segments_(segments) {
    for (const Segment& segment : segments) signatures_.push_back(signature_of(segment));
  }

  // At each place the repetition that covers the most segments; the shortest of equal ones. A
  // single segment that could be a layer is one, though nothing repeats it.
  std::vector<Period> find() const {
    std::vector<Period> found;
    for (std::size_t start = 0; start < segments_.size();) {
      Period best;
      for (std::size_t length = 1; length <= kLongestPeriod; ++length) {
        const Period period{start, length, repeats_at(start, length)};
        if (period.repeats < 2 || period.repeats * length <= best.repeats * best.length) continue;
        if (is_layer(period)) best = period;
      }
      const Period block = block_at(start);
      if (block.length > best.repeats * best.length) best = block;
      const Period lone{start, 1, 1};
      if (best.repeats == 0 && is_layer(lone)) best = lone;
      if (best.repeats == 0) {
        ++start;
      } else {
        found.push_back(best);
        start += best.length * best.repeats;
      }
    }
    return found;
  }

  std::vector<Unit> units_of(const Period& period, std::size_t repeat) const {
    std::vector<Unit> units;
    const std::size_t first = period.start + repeat * period.length;
    for (std::size_t i = first; i < first + period.length; ++i) {
      units.insert(units.end(), segments_[i].begin(), segments_[i].end());
    }
    return units;
  }

 private:
  // What the segment computes, in any order; plumbing does not count. A part of level 2 or more is
  // never inside a layer.
  std::string signature_of(const Segment& segment) const {
    std::vector<std::string> names;
    for (const Unit& unit : segment) {
      if (unit.child != kNone) {
        const Region& region = nesting_.regions[unit.child];
        names.push_back(region.level >= 2 ? "layer " + std::to_string(unit.child)
                                          : region.operation);
      } else if (cover_.roles[unit.node] == Role::kArithmetic) {
        names.push_back(graph_.nodes[unit.node].op->name);
      }
    }
    std::ranges::sort(names);
    std::string signature;
    for (const std::string& name : names) signature += name + ' ';
    return signature;
  }

  bool holds_attention(std::size_t segment) const {
    return std::ranges::any_of(segments_[segment], [&](const Unit& unit) {
      if (unit.child == kNone) return false;
      const std::string& operation = nesting_.regions[unit.child].operation;
      return operation.starts_with("softmax") || operation.starts_with("sdpa");
    });
  }

  // Where nothing repeats (the first layer makes a bias, every other one shifts its windows): one
  // attention after the other, then one more residual. Where norms stand between them, one ends it
  // too.
  Period block_at(std::size_t start) const {
    std::size_t end = start;
    bool attention = false;
    bool norms_between = false;
    for (; end < segments_.size(); ++end) {
      if (is_layer({end, 1, 1})) {
        attention = attention || holds_attention(end);
        if (!holds_attention(end)) break;
      } else if (attention && is_norm(end)) {
        norms_between = true;
      } else if (!is_island(end)) {
        return {};
      }
    }
    if (!attention || end == segments_.size()) return {};
    ++end;
    if (norms_between && end < segments_.size() && is_norm(end)) ++end;
    return {start, end - start, 1};
  }

  // Makes nothing but masks and the like.
  bool is_island(std::size_t segment) const {
    return std::ranges::all_of(segments_[segment], [&](const Unit& unit) {
      return std::ranges::all_of(nodes_of(nesting_, unit), [&](NodeId node) {
        return std::ranges::all_of(graph_.nodes[node].outputs, [&](ValueId output) {
          return output == kNone || cover_.island[output];
        });
      });
    });
  }

  bool is_norm(std::size_t segment) const {
    return std::ranges::all_of(segments_[segment], [&](const Unit& unit) {
      return unit.child != kNone && nesting_.regions[unit.child].operation.ends_with("_norm");
    });
  }

  std::size_t repeats_at(std::size_t start, std::size_t length) const {
    std::size_t repeats = 1;
    while (
        start + (repeats + 1) * length <= segments_.size() &&
        std::equal(signatures_.begin() + static_cast<std::ptrdiff_t>(start),
                   signatures_.begin() + static_cast<std::ptrdiff_t>(start + length),
                   signatures_.begin() + static_cast<std::ptrdiff_t>(start + repeats * length))) {
      ++repeats;
    }
    return repeats;
  }

  bool is_layer(const Period& period) const {
    const std::vector<Unit> units = units_of(period, 0);
    const auto kernels =
        std::ranges::count_if(units, [](const Unit& unit) { return unit.child != kNone; });
    const bool holds_layer = std::ranges::any_of(units, [&](const Unit& unit) {
      return unit.child != kNone && nesting_.regions[unit.child].level >= 2;
    });
    if (kernels < kLayerKernels || holds_layer) return false;
    std::unordered_set<NodeId> inside;
    std::vector<NodeId> nodes;
    for (const Unit& unit : units) {
      const std::vector<NodeId> more = nodes_of(nesting_, unit);
      nodes.insert(nodes.end(), more.begin(), more.end());
    }
    std::ranges::sort(nodes);
    inside.insert(nodes.begin(), nodes.end());
    const auto holds = [&](NodeId node) { return inside.contains(node); };
    return !residual_adds(graph_, cover_, nodes, holds, true).empty();
  }

  const Graph& graph_;
  const Cover& cover_;
  const Nesting& nesting_;
  const std::vector<Segment>& segments_;
  std::vector<std::string> signatures_;
};

RegionId make_layer(Nesting& nesting, const std::vector<Unit>& units) {
  Region layer;
  layer.level = 2;
  layer.frame = nesting.regions[0].frame;
  layer.operation = "layer";
  for (const Unit& unit : units) {
    if (unit.child == kNone) layer.nodes.push_back(unit.node);
  }
  std::ranges::sort(layer.nodes);
  for (const NodeId node : layer.nodes) std::erase(nesting.regions[0].nodes, node);
  const RegionId id = add_region(nesting, 0, std::move(layer));
  for (const Unit& unit : units) {
    if (unit.child != kNone) move_region(nesting, unit.child, id);
  }
  return id;
}

std::size_t loose_kernels(const Nesting& nesting, RegionId region) {
  return static_cast<std::size_t>(std::ranges::count_if(
      nesting.regions[region].children,
      [&](RegionId child) { return nesting.regions[child].kernel != kNone; }));
}

// A module of functional code is no layer but holds some, when in it the same kernels repeat with a
// residual: it dissolves, so that its layers become the model's.
void dissolve_functional_stacks(const Graph& graph, const Cover& cover, const Flow& flow,
                                Nesting& nesting) {
  std::vector<RegionId> found;
  std::vector<UnitOrder> orders;
  for (const RegionId region : nesting.regions[0].children) {
    if (nesting.regions[region].level != 2 || loose_kernels(nesting, region) <= kLooseKernels)
      continue;
    if (orders.empty()) orders = order_units(nesting, flow, graph.nodes.size());
    const UnitOrder& order = orders[region];
    if (!order.stuck.empty()) continue;
    const auto segments = cut_at_single_values(graph, cover, flow, nesting, order.units);
    const PeriodFinder finder(graph, cover, nesting, segments);
    const std::vector<Period> periods = finder.find();
    const bool repeats =
        std::ranges::any_of(periods, [](const Period& period) { return period.repeats >= 2; });
    if (repeats) found.push_back(region);
  }
  for (const RegionId region : found) {
    nesting.log.push_back({"periods", nesting.regions[region].operation, "dissolve",
                           "it holds a stack of layers without modules of their own"});
    dissolve(nesting, region);
  }
}

}  // namespace

void find_periods(const Graph& graph, const Cover& cover, const Flow& flow, Nesting& nesting) {
  dissolve_functional_stacks(graph, cover, flow, nesting);
  if (loose_kernels(nesting, 0) <= kLooseKernels) return;
  const UnitOrder order = order_units(nesting, flow, graph.nodes.size()).front();
  if (!order.stuck.empty()) return;
  const std::vector<Segment> segments =
      cut_at_single_values(graph, cover, flow, nesting, order.units);
  const PeriodFinder finder(graph, cover, nesting, segments);
  std::vector<std::vector<Unit>> layers;
  for (const Period& period : finder.find()) {
    for (std::size_t i = 0; i < period.repeats; ++i) layers.push_back(finder.units_of(period, i));
    nesting.log.push_back({"periods", graph.nodes[layers.back().front().node].name,
                           "make layers: " + std::to_string(period.repeats),
                           "between single live values the same kernels repeat, with a residual"});
  }
  for (const auto& units : layers)
    split_branches(graph, cover, flow, nesting, make_layer(nesting, units));
}

}  // namespace strata
