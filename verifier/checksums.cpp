#include "verifier/checksums.h"

#include <fmt/format.h>

#include <map>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/report.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr const char* kSchema = "checksums/1";

json to_json(const NodeSum& node) {
  return {{"node", node.node},
          {"operation", node.operation},
          {"instance", node.instance},
          {"component", node.component},
          {"original_path", node.original_path},
          {"original", node.original},
          {"composed", node.composed}};
}

NodeSum node_from_json(const json& one) {
  return {one.at("node"),          one.at("operation"), one.at("instance"), one.at("component"),
          one.at("original_path"), one.at("original"),  one.at("composed")};
}

void add_nodes(const Tree& tree, InstanceId id, std::vector<std::pair<NodeId, InstanceId>>& nodes) {
  const Instance& instance = tree.instances[at(id)];
  const std::vector<InstanceId> children = children_of(tree, id);
  std::size_t node = 0;
  std::size_t child = 0;
  for (const Statement& statement : tree.components[at(instance.component)].body) {
    if (std::holds_alternative<OperatorCall>(statement)) {
      nodes.emplace_back(instance.nodes.at(node++), id);
    } else {
      add_nodes(tree, children.at(child++), nodes);
    }
  }
}

}  // namespace

json to_json(const Checksums& checksums) {
  json nodes = json::array();
  for (const NodeSum& node : checksums.nodes) nodes.push_back(to_json(node));
  return {{"schema", kSchema},
          {"archive_digest", checksums.archive_digest},
          {"conditions", checksums.conditions},
          {"first_difference", to_json(first_parting(checksums))},
          {"outputs",
           {{"original", checksums.original_outputs}, {"composed", checksums.composed_outputs}}},
          {"composed_ended", checksums.composed_ended},
          {"nodes", std::move(nodes)}};
}

Checksums checksums_from_json(const json& document, const std::string& place) {
  try {
    Checksums checksums;
    document.at("archive_digest").get_to(checksums.archive_digest);
    checksums.conditions = document.at("conditions");
    for (const json& one : document.at("nodes")) checksums.nodes.push_back(node_from_json(one));
    document.at("outputs").at("original").get_to(checksums.original_outputs);
    document.at("outputs").at("composed").get_to(checksums.composed_outputs);
    document.at("composed_ended").get_to(checksums.composed_ended);
    return checksums;
  } catch (const json::exception& problem) {
    throw Error("checksums.read",
                fmt::format("{}: must be a checksums.json as `strata verify` wrote it; got {}; "
                            "verify again",
                            place, problem.what()));
  }
}

Checksums read_checksums(const std::filesystem::path& file) {
  return checksums_from_json(read_document(file, kSchema), file.string());
}

std::optional<Parting> first_parting(const Checksums& checksums) {
  for (const NodeSum& node : checksums.nodes) {
    if (node.original != node.composed) return Parting{"composed", node, node.composed};
  }
  return std::nullopt;
}

std::optional<Parting> first_parting(const Checksums& one, const Checksums& other) {
  if (one.archive_digest != other.archive_digest) {
    throw Error("checksums.other_archive",
                fmt::format("checksums: both runs must be of one archive; got digests {} and {}; "
                            "compare runs of the same model",
                            one.archive_digest.substr(0, 16), other.archive_digest.substr(0, 16)));
  }
  // By name and how often it came before: another version may order independent nodes otherwise.
  std::map<std::pair<std::string, int>, const NodeSum*> others;
  std::map<std::string, int> seen;
  for (const NodeSum& node : other.nodes) others[{node.node, seen[node.node]++}] = &node;
  seen.clear();
  for (const NodeSum& node : one.nodes) {
    const auto found = others.find({node.node, seen[node.node]++});
    if (found == others.end()) return Parting{"original", node, ""};
    if (found->second->original != node.original)
      return Parting{"original", node, found->second->original};
    if (found->second->composed != node.composed)
      return Parting{"composed", node, found->second->composed};
  }
  return std::nullopt;
}

std::string parting_text(const Parting& parting) {
  const NodeSum& node = parting.node;
  return fmt::format("{} ({}) in {}, originally {}", node.node, node.operation,
                     node.instance.empty() ? "the root" : node.instance,
                     node.original_path.empty() ? "the whole model" : node.original_path);
}

json to_json(const std::optional<Parting>& parting) {
  if (!parting) return nullptr;
  json document = to_json(parting->node);
  document["side"] = parting->side;
  document["other"] = parting->other;
  return document;
}

std::vector<std::pair<NodeId, InstanceId>> nodes_as_composed(const Tree& tree) {
  std::vector<std::pair<NodeId, InstanceId>> nodes;
  if (!tree.instances.empty()) add_nodes(tree, 0, nodes);
  return nodes;
}

}  // namespace strata
