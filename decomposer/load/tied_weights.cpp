#include "decomposer/load/tied_weights.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace strata {
namespace {

using Group = std::vector<ParameterId>;

std::map<ValueId, Group> tied_groups(const Graph& graph) {
  std::map<std::tuple<std::int32_t, ScalarType, std::vector<std::int64_t>,
                      std::vector<std::int64_t>, std::int64_t>,
           Group>
      same;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    const Parameter& p = graph.parameters[i];
    same[{p.storage, p.meta.dtype, p.meta.sizes, p.meta.strides, p.meta.storage_offset}].push_back(
        static_cast<ParameterId>(i));
  }
  std::map<ValueId, Group> groups;
  for (const auto& [key, group] : same) {
    if (group.size() < 2) continue;
    for (const ParameterId id : group)
      groups[graph.parameters[static_cast<std::size_t>(id)].value] = group;
  }
  return groups;
}

// The path of the module that owns a parameter: "model.embed_tokens" of
// "model.embed_tokens.weight".
std::string_view owner_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
}

// Of a group the parameter that the frame's module, or else the nearest enclosing one, owns; kNone
// if none does.
ParameterId owned_by(const Graph& graph, const Group& group, FrameId frame) {
  for (; frame != kNone; frame = graph.frames[static_cast<std::size_t>(frame)].parent) {
    const std::string& path = graph.frames[static_cast<std::size_t>(frame)].path;
    for (const ParameterId id : group) {
      if (owner_of(graph.parameters[static_cast<std::size_t>(id)].name) == path) return id;
    }
  }
  return kNone;
}

}  // namespace

void read_tied_weights_by_owner(Graph& graph) {
  const std::map<ValueId, Group> groups = tied_groups(graph);
  if (groups.empty()) return;
  for (const auto& [value, group] : groups) {
    for (const ParameterId id : group) {
      Parameter& parameter = graph.parameters[static_cast<std::size_t>(id)];
      if (parameter.value != value) continue;
      for (const ParameterId other : group) {
        if (other != id)
          parameter.aliases.push_back(graph.parameters[static_cast<std::size_t>(other)].name);
      }
    }
  }
  for (Node& node : graph.nodes) {
    const auto rename = [&](ValueRef& value) {
      const auto group = groups.find(value.id);
      if (group == groups.end()) return;
      const ParameterId owned = owned_by(graph, group->second, node.frame);
      if (owned == kNone || graph.parameters[static_cast<std::size_t>(owned)].value == value.id)
        return;
      const Parameter& parameter = graph.parameters[static_cast<std::size_t>(owned)];
      graph.log.push_back({"load", node.name, fmt::format("reads '{}'", parameter.name),
                           fmt::format("the archive says '{}', the same tensor under another name",
                                       graph.values[static_cast<std::size_t>(value.id)].name)});
      value.id = parameter.value;
    };
    for (Argument& argument : node.arguments) {
      if (auto* one = std::get_if<ValueRef>(&argument)) rename(*one);
      if (auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
        for (ValueRef& value : *list) rename(value);
      }
    }
  }
}

}  // namespace strata
