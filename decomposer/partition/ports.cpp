#include "decomposer/partition/ports.h"

#include <algorithm>
#include <numeric>

namespace strata {
namespace {

using Needed = std::vector<bool>;  // one per place in Form::values

// What each region gives to the outside, merged over the regions of a component.
std::vector<Needed> needed_outside(const Graph& graph, const std::vector<Form>& forms,
                                   const Grouping& grouping) {
  std::vector<std::int32_t> place(graph.values.size(), kNone);
  std::vector<Needed> needed;
  for (const auto& group : grouping.groups) {
    Needed& merged = needed.emplace_back(forms[group.front()].values.size(), false);
    for (const RegionId region : group) {
      const Form& form = forms[region];
      for (std::size_t i = 0; i < form.values.size(); ++i)
        place[form.values[i]] = static_cast<std::int32_t>(i);
      for (const ValueId output : form.outputs) merged[place[output]] = true;
    }
    const bool none = std::ranges::find(merged, true) == merged.end();
    if (none && !merged.empty()) merged.back() = true;
  }
  return needed;
}

// A result of a parent that one of its children makes is a result of that child.
void pass_down(const std::vector<Form>& forms, const Grouping& grouping,
               std::vector<Needed>& needed) {
  for (std::size_t id = grouping.groups.size(); id-- > 0;) {
    const Form& form = forms[grouping.groups[id].front()];
    std::size_t place = 0;
    for (const Unit& unit : form.units) {
      if (unit.child == kNone) continue;
      const Form& child = forms[unit.child];
      // The child's values are a run of the parent's; nodes between the runs make values of the
      // parent's own.
      if (child.values.empty()) continue;
      while (form.values[place] != child.values.front()) ++place;
      Needed& below = needed[grouping.group_of[unit.child]];
      for (std::size_t i = 0; i < child.values.size(); ++i) {
        if (needed[id][place + i]) below[i] = true;
      }
      place += child.values.size();
    }
  }
}

// Masks and tables stand last: what is an island in every region of the component.
std::vector<std::int32_t> order_inputs(const Cover& cover, const Region& region,
                                       const std::vector<Form>& forms,
                                       const std::vector<RegionId>& group) {
  const Form& form = forms[group.front()];
  std::vector<std::int32_t> order(form.inputs.size());
  std::iota(order.begin(), order.end(), 0);
  const auto is_island = [&](std::int32_t place) {
    return std::ranges::all_of(
        group, [&](RegionId one) { return cover.island[forms[one].inputs[place]]; });
  };
  const auto rank = [&](std::int32_t place) -> std::pair<std::ptrdiff_t, std::int32_t> {
    const ValueId value = form.inputs[place];
    if (region.kernel == kNone) return {is_island(place) ? 1 : 0, place};
    const auto& operands = cover.kernels[region.kernel].operands;
    return {std::ranges::find(operands, value) - operands.begin(), place};
  };
  std::ranges::sort(order, {}, rank);
  return order;
}

std::vector<std::int32_t> order_weights(const Graph& graph, const Form& form) {
  std::vector<std::int32_t> order(form.weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::int32_t place) {
    const TensorMeta& meta = graph.parameters[form.weights[place]].meta;
    return std::pair(-std::ssize(meta.sizes), place);
  });
  return order;
}

std::vector<std::int32_t> order_outputs(const Graph& graph, const Region& region, const Form& form,
                                        const Needed& needed,
                                        const std::vector<std::int32_t>& inputs) {
  std::vector<std::int32_t> order;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) order.push_back(static_cast<std::int32_t>(i));
  }
  if (region.kernel != kNone || order.size() < 2 || inputs.empty()) return order;
  const TensorMeta& stream = graph.values[form.inputs[inputs.front()]].meta;
  const TensorMeta& last = graph.values[form.values[order.back()]].meta;
  if (last.sizes == stream.sizes && last.dtype == stream.dtype) {
    std::ranges::rotate(order, order.end() - 1);
  }
  return order;
}

}  // namespace

Grouping group_regions(const Nesting& nesting, const std::vector<Form>& forms) {
  // Execution order: parents before children, children in the order of their parent's body.
  std::vector<RegionId> order;
  std::vector<RegionId> stack{0};
  while (!stack.empty()) {
    const RegionId region = stack.back();
    stack.pop_back();
    order.push_back(region);
    const auto& units = forms[region].units;
    for (auto it = units.rbegin(); it != units.rend(); ++it) {
      if (it->child != kNone) stack.push_back(it->child);
    }
  }
  Grouping grouping;
  grouping.group_of.assign(nesting.regions.size(), kNone);
  for (int level = 0; level <= 3; ++level) {
    std::unordered_map<std::string, ComponentId> known;
    for (const RegionId region : order) {
      if (nesting.regions[region].level != level) continue;
      const auto [found, is_new] =
          known.try_emplace(forms[region].hash, static_cast<ComponentId>(grouping.groups.size()));
      if (is_new) grouping.groups.emplace_back();
      grouping.groups[found->second].push_back(region);
      grouping.group_of[region] = found->second;
    }
  }
  return grouping;
}

std::vector<Ports> ports_of(const Graph& graph, const Cover& cover, const Nesting& nesting,
                            const std::vector<Form>& forms, const Grouping& grouping) {
  std::vector<Needed> needed = needed_outside(graph, forms, grouping);
  pass_down(forms, grouping, needed);
  std::vector<Ports> ports;
  for (std::size_t id = 0; id < grouping.groups.size(); ++id) {
    const RegionId example = grouping.groups[id].front();
    const Region& region = nesting.regions[example];
    Ports& one = ports.emplace_back();
    one.inputs = order_inputs(cover, region, forms, grouping.groups[id]);
    if (region.kernel != kNone) one.weights = order_weights(graph, forms[example]);
    one.outputs = order_outputs(graph, region, forms[example], needed[id], one.inputs);
  }
  return ports;
}

}  // namespace strata
