#include "decomposer/diff/diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "decomposer/diff/component_changes.h"

namespace strata {
namespace {

using Place = std::pair<std::string, int>;  // an instance's path, and which call of it this is

// A module called twice is two instances of one path; their statements tell them apart.
std::map<Place, InstanceId> places_of(const Tree& tree) {
  std::map<Place, InstanceId> places;
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    Place place{tree.instances[i].path, 0};
    while (places.contains(place)) ++place.second;
    places.emplace(std::move(place), static_cast<InstanceId>(i));
  }
  return places;
}

const Component& component_at(const Tree& tree, InstanceId id) {
  const Instance& instance = tree.instances[static_cast<std::size_t>(id)];
  return tree.components[static_cast<std::size_t>(instance.component)];
}

std::vector<ChangedComponent> changed_components(const DiffSide& before, const DiffSide& after) {
  const auto old_places = places_of(before.tree);
  const auto new_places = places_of(after.tree);
  std::vector<ChangedComponent> changed;
  std::map<std::pair<std::string, std::string>, std::size_t> known;  // by both names
  const auto note = [&](const Place& place, const Component* from, const Component* to) {
    const std::pair names(from ? from->name : "", to ? to->name : "");
    const auto [entry, added] = known.try_emplace(names, changed.size());
    if (added) {
      changed.push_back({place.first, 0, names.first, names.second,
                         from && to ? component_changes(before.tree, *from, after.tree, *to)
                                    : std::vector<std::string>{}});
    }
    ++changed[entry->second].places;
  };
  // In the order of the instances: parents first.
  std::vector<const Place*> place_of(before.tree.instances.size());
  for (const auto& [place, id] : old_places) place_of[static_cast<std::size_t>(id)] = &place;
  for (std::size_t i = 0; i < before.tree.instances.size(); ++i) {
    const auto id = static_cast<InstanceId>(i);
    const Place& place = *place_of[i];
    const Component& from = component_at(before.tree, id);
    const auto there = new_places.find(place);
    if (there == new_places.end()) {
      note(place, &from, nullptr);
    } else if (const Component& to = component_at(after.tree, there->second);
               to.hash != from.hash) {
      note(place, &from, &to);
    }
  }
  for (const auto& [place, id] : new_places) {
    if (!old_places.contains(place)) note(place, nullptr, &component_at(after.tree, id));
  }
  return changed;
}

std::vector<CountChange> count_changes(const DiffSide& before, const DiffSide& after) {
  std::map<std::string, CountChange> counts;  // by hash
  const auto add = [&](const DiffSide& side, std::int64_t CountChange::* count) {
    for (std::size_t i = 0; i < side.tree.components.size(); ++i) {
      const Component& component = side.tree.components[i];
      if (component.level != 0) continue;
      CountChange& change = counts[component.hash];
      change.name = component.name;
      change.*count += side.cost.uses[i];
    }
  };
  add(before, &CountChange::before);
  add(after, &CountChange::after);
  std::vector<CountChange> changed;
  for (const auto& [hash, change] : counts) {
    if (change.before != change.after) changed.push_back(change);
  }
  std::ranges::sort(changed, {}, &CountChange::name);
  return changed;
}

// Every weight with its shape and dtype, by name; parts of one are apart.
std::map<std::string, std::string> weights_of(const DiffSide& side) {
  std::map<std::string, std::string> weights;
  for (std::size_t i = 0; i < side.tree.instances.size(); ++i) {
    const Component& component = component_at(side.tree, static_cast<InstanceId>(i));
    for (std::size_t p = 0; p < side.weights[i].size() && p < component.parameters.size(); ++p) {
      const WeightName& weight = side.weights[i][p];
      const Local& local =
          component.locals[static_cast<std::size_t>(component.parameters[p].local)];
      weights[weight.name + (weight.slice.empty() ? "" : " " + weight.slice)] = shape_text(local);
    }
  }
  return weights;
}

std::vector<WeightChange> weight_changes(const DiffSide& before, const DiffSide& after) {
  const auto from = weights_of(before);
  const auto to = weights_of(after);
  std::vector<WeightChange> changed;
  for (const auto& [name, shape] : from) {
    const auto there = to.find(name);
    if (there == to.end()) changed.push_back({name, shape, ""});
    if (there != to.end() && there->second != shape)
      changed.push_back({name, shape, there->second});
  }
  for (const auto& [name, shape] : to) {
    if (!from.contains(name)) changed.push_back({name, "", shape});
  }
  std::ranges::sort(changed, {}, &WeightChange::name);
  return changed;
}

}  // namespace

DiffSide side_of(const std::string& from, TreeDocument document,
                 const std::vector<Kernel>& catalogue) {
  DiffSide side{from, std::move(document.tree), std::move(document.weights), {}};
  side.cost = cost_of(side.tree, catalogue);
  return side;
}

DiffSide side_of(const std::string& from, Decomposition parts,
                 const std::vector<Kernel>& catalogue) {
  DiffSide side{from, std::move(parts.tree), {}, {}};
  for (const Instance& instance : side.tree.instances) {
    side.weights.emplace_back();
    for (const ParameterId id : instance.weights) {
      const Parameter& parameter = parts.normalised.parameters.at(static_cast<std::size_t>(id));
      side.weights.back().push_back({parameter.name, parameter.slice});
    }
  }
  side.cost = cost_of(side.tree, catalogue);
  return side;
}

TreeDiff diff(const DiffSide& before, const DiffSide& after) {
  return {changed_components(before, after), count_changes(before, after),
          weight_changes(before, after), before.cost.total(), after.cost.total()};
}

}  // namespace strata
