#include "verifier/weight_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/nearest.h"

namespace strata {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& message) {
  throw Error(std::string("weight_map.") + rule, message);
}

std::string full_name(const std::string& original, const std::string& slice) {
  return slice.empty() ? original : original + "." + slice;
}

ParameterId find_original(const WeightLine& line, const Graph& graph) {
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    const Parameter& parameter = graph.parameters[i];
    if (parameter.name == line.original && parameter.slice == line.slice) {
      return static_cast<ParameterId>(i);
    }
  }
  std::vector<std::string> names;
  for (const Parameter& parameter : graph.parameters)
    names.push_back(full_name(parameter.name, parameter.slice));
  const std::string name = full_name(line.original, line.slice);
  refuse("unknown_original",
         fmt::format("{}: must be a parameter or buffer of the original; got no such name; {}",
                     name, nearest(name, names)));
}

// The same memory, seen the same way: ties.
bool same_weight(const Parameter& a, const Parameter& b) {
  return a.storage == b.storage && a.meta.storage_offset == b.meta.storage_offset &&
         a.meta.sizes == b.meta.sizes && a.meta.strides == b.meta.strides;
}

void check_shape(const MemberTensor& place, const Parameter& parameter) {
  if (place.sizes == parameter.meta.sizes && place.dtype == parameter.meta.dtype) return;
  refuse("shape",
         fmt::format("{}: must have the shape of {}; got [{}] {}, expected [{}] {}", place.path,
                     full_name(parameter.name, parameter.slice), fmt::join(place.sizes, ", "),
                     short_name(place.dtype), fmt::join(parameter.meta.sizes, ", "),
                     short_name(parameter.meta.dtype)));
}

}  // namespace

std::string weight_text(const WeightLine& line) {
  return line.original.empty() ? "nothing" : full_name(line.original, line.slice);
}

std::vector<WeightLine> weight_lines(const Graph& normalised, const Tree& tree,
                                     InstanceId instance) {
  const std::string& base = tree.instances[at(instance)].path;
  std::map<std::string, WeightLine> by_place;
  std::vector<bool> below(tree.instances.size(), false);
  for (std::size_t i = at(instance); i < tree.instances.size(); ++i) {
    const Instance& one = tree.instances[i];
    below[i] = i == at(instance) || (one.parent != kNone && below[at(one.parent)]);
    if (!below[i]) continue;
    const Component& component = tree.components[at(one.component)];
    for (std::size_t k = 0; k < component.parameters.size(); ++k) {
      const Parameter& parameter = normalised.parameters[at(one.weights.at(k))];
      std::string place = one.path.substr(base.size());
      if (place.starts_with('.')) place.erase(0, 1);
      place += (place.empty() ? "" : ".") + component.parameters[k].name;
      by_place[place] = {parameter.name, parameter.slice, place};
    }
  }
  std::vector<WeightLine> lines;
  for (auto& [place, line] : by_place) lines.push_back(std::move(line));
  return lines;
}

WeightMap resolve_weights(const std::vector<WeightLine>& lines, const Graph& graph,
                          const std::vector<ParameterId>& needed,
                          const std::vector<MemberTensor>& places) {
  std::map<std::string, const MemberTensor*> known;
  std::vector<std::string> names;
  for (const MemberTensor& place : places) {
    known[place.path] = &place;
    names.push_back(place.path);
  }
  WeightMap map;
  for (const WeightLine& line : lines) {
    const ParameterId original = find_original(line, graph);
    if (!known.contains(line.place)) {
      refuse(
          "unknown_place",
          fmt::format("{}: must be a parameter or buffer of the refactored component; got no such "
                      "member; {}",
                      line.place, nearest(line.place, names)));
    }
    const auto [entry, is_new] = map.emplace(line.place, original);
    const Parameter& parameter = graph.parameters[at(original)];
    if (!is_new && !same_weight(graph.parameters[at(entry->second)], parameter)) {
      refuse("contradiction",
             fmt::format("{}: one place takes one weight; got {} and {}", line.place,
                         graph.parameters[at(entry->second)].name, parameter.name));
    }
    check_shape(*known[line.place], parameter);
  }
  for (const MemberTensor& place : places) {
    if (map.contains(place.path)) continue;
    std::vector<std::string> originals;
    for (const Parameter& parameter : graph.parameters)
      originals.push_back(full_name(parameter.name, parameter.slice));
    refuse("unmapped_place",
           fmt::format(
               "{}: every parameter and buffer of the refactored component needs a weight; got "
               "none; {}; name it with --weight-map",
               place.path, nearest(place.path, originals)));
  }
  for (ParameterId id : needed) {
    const Parameter& parameter = graph.parameters[at(id)];
    const bool mapped = std::ranges::any_of(map, [&](const auto& entry) {
      return same_weight(graph.parameters[at(entry.second)], parameter);
    });
    if (mapped) continue;
    refuse(
        "unmapped_original",
        fmt::format("{}: every weight that the original reads must go somewhere; got no place; {}",
                    full_name(parameter.name, parameter.slice), nearest(parameter.name, names)));
  }
  return map;
}

}  // namespace strata
