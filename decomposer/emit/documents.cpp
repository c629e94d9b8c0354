#include "decomposer/emit/documents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

void add_entries(Json& list, const std::vector<LogEntry>& entries, std::size_t begin) {
  for (std::size_t i = begin; i < entries.size(); ++i) {
    const LogEntry& entry = entries[i];
    list.push_back({{"stage", entry.stage},
                    {"subject", entry.subject},
                    {"decision", entry.decision},
                    {"reason", entry.reason}});
  }
}

std::string one_per_line(const char* schema,
                         const std::vector<std::pair<std::string, Json>>& lists) {
  std::string text = std::string("{\n \"schema\": \"") + schema + "\"";
  for (const auto& [key, list] : lists) {
    text += ",\n \"" + key + "\": ";
    if (!list.is_array()) {
      text += list.dump();
      continue;
    }
    text += "[";
    for (std::size_t i = 0; i < list.size(); ++i)
      text += (i == 0 ? "\n  " : ",\n  ") + list[i].dump();
    text += "\n ]";
  }
  return text + "\n}\n";
}

// Members below `instance`, by dotted place, and the weights they hold.
void add_weight_lines(const Graph& graph, const Tree& tree, InstanceId root, Json& lines) {
  const std::string& above = tree.instances[static_cast<std::size_t>(root)].path;
  std::vector<bool> below(tree.instances.size(), false);
  std::vector<std::string> seen;
  for (std::size_t i = static_cast<std::size_t>(root); i < tree.instances.size(); ++i) {
    const Instance& instance = tree.instances[i];
    below[i] = static_cast<InstanceId>(i) == root ||
               (instance.parent != kNone && below[static_cast<std::size_t>(instance.parent)]);
    if (!below[i]) continue;
    const Component& component = tree.components[static_cast<std::size_t>(instance.component)];
    const std::string prefix =
        above.empty() ? instance.path
                      : instance.path.substr(std::min(instance.path.size(), above.size() + 1));
    for (std::size_t p = 0; p < instance.weights.size(); ++p) {
      const std::string place = (prefix.empty() ? "" : prefix + ".") + component.parameters[p].name;
      if (std::ranges::find(seen, place) != seen.end()) continue;
      seen.push_back(place);
      const Parameter& weight = graph.parameters.at(static_cast<std::size_t>(instance.weights[p]));
      lines.push_back({{"original", weight.name}, {"slice", weight.slice}, {"place", place}});
    }
  }
}

}  // namespace

std::string log_text(const Graph& loaded, const Graph& normalised, const Tree& tree) {
  // Normalisation keeps the log of the graph it was given and goes on with it.
  Json decisions = Json::array();
  add_entries(decisions, normalised.log, 0);
  if (normalised.log.size() < loaded.log.size()) add_entries(decisions, loaded.log, 0);
  add_entries(decisions, tree.log, 0);
  Json dropped = Json::array();
  for (const DroppedNode& node : normalised.dropped) {
    dropped.push_back({{"node", node.name}, {"op", node.op}, {"reason", node.reason}});
  }
  return one_per_line("decomposition_log/1", {{"decisions", decisions}, {"dropped", dropped}});
}

std::string weight_map_text(const Graph& normalised, const Tree& tree, ComponentId id,
                            const FlatComponent& flat) {
  Json instances = Json::array();
  for (const InstanceId instance : instances_of(tree, id)) {
    const Instance& one = tree.instances[static_cast<std::size_t>(instance)];
    Json lines = Json::array();
    add_weight_lines(normalised, tree, instance, lines);
    instances.push_back({{"path", one.path},
                         {"original_path", one.original_path},
                         {"call", one.call},
                         {"weights", lines}});
  }
  Json members = Json::array();
  for (std::size_t i = 0; i < flat.places.size(); ++i) {
    members.push_back({{"member", flat.component.parameters[i].name}, {"places", flat.places[i]}});
  }
  return one_per_line("weight_map/1",
                      {{"component", tree.components[static_cast<std::size_t>(id)].name},
                       {"original", members},
                       {"instances", instances}});
}

}  // namespace strata
