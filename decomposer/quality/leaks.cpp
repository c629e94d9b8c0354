#include "decomposer/quality/leaks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "decomposer/graph/index.h"

namespace strata {
namespace {

// Finds the value of the normalised graph that stands for a tensor of the program as exported.
class Standing {
 public:
  Standing(const Graph& loaded, const Graph& normalised)
      : loaded_(loaded), dropped_(loaded.nodes.size()) {
    for (const DroppedNode& dropped : normalised.dropped) {
      if (dropped.original != kNone) dropped_[at(dropped.original)] = true;
    }
    for (std::size_t i = 0; i < loaded.values.size(); ++i)
      by_name_.emplace(loaded.values[i].name, static_cast<ValueId>(i));
  }

  // kNone for a name that the graph doesn't know.
  ValueId find(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return kNone;
    ValueId value = found->second;
    // A node that went passed its first operand through.
    for (NodeId maker = producer(value); maker != kNone && dropped_[at(maker)];
         maker = producer(value)) {
      const std::vector<ValueId> operands = inputs_of(loaded_.nodes[at(maker)]);
      if (operands.empty()) break;
      value = operands.front();
    }
    return value;
  }

 private:
  NodeId producer(ValueId value) const { return loaded_.values[at(value)].producer; }

  const Graph& loaded_;
  std::vector<bool> dropped_;
  std::unordered_map<std::string, ValueId> by_name_;
};

std::set<ValueId> standing_for(const Standing& standing, const std::vector<std::string>& names) {
  std::set<ValueId> values;
  for (const std::string& name : names) values.insert(standing.find(name));
  return values;
}

// The frame, if any, whose nodes are exactly these.
FrameId whole_frame(const Graph& graph, const std::vector<NodeId>& nodes,
                    const std::vector<std::size_t>& nodes_in_frame) {
  if (nodes.empty()) return kNone;
  std::map<FrameId, std::size_t> counts;
  for (const NodeId node : nodes) {
    for (FrameId frame = graph.nodes[at(node)].frame; frame != kNone;
         frame = graph.frames[at(frame)].parent)
      ++counts[frame];
  }
  // Of frames around one another the outermost comes first.
  for (const auto& [frame, count] : counts) {
    if (frame != 0 && count == nodes.size() && nodes_in_frame[at(frame)] == count) return frame;
  }
  return kNone;
}

std::vector<std::size_t> count_nodes(const Graph& graph) {
  std::vector<std::size_t> counts(graph.frames.size());
  for (const Node& node : graph.nodes) {
    for (FrameId frame = node.frame; frame != kNone; frame = graph.frames[at(frame)].parent)
      ++counts[at(frame)];
  }
  return counts;
}

}  // namespace

int compare_with_modules(const Graph& loaded, const Graph& normalised, const Tree& tree,
                         const std::vector<ModuleSignature>& signatures, std::vector<Leak>& leaks) {
  if (signatures.empty()) return 0;
  const Standing standing(loaded, normalised);
  std::map<std::string, const ModuleSignature*> by_module;
  for (const ModuleSignature& signature : signatures) by_module[signature.module] = &signature;
  const std::vector<std::size_t> nodes_in_frame = count_nodes(normalised);
  int compared = 0;
  for (std::size_t i = 1; i < tree.instances.size(); ++i) {
    const Instance& instance = tree.instances[i];
    const Component& component = tree.components[at(instance.component)];
    if (component.level == 0) continue;
    const FrameId frame =
        whole_frame(normalised, nodes_below(tree, static_cast<InstanceId>(i)), nodes_in_frame);
    if (frame == kNone) continue;
    const Frame& author = normalised.frames[at(frame)];
    const std::string module =
        author.call == 0 ? author.path : fmt::format("{}@{}", author.path, author.call);
    const auto found = by_module.find(module);
    if (found == by_module.end()) continue;
    ++compared;
    const auto check = [&](const std::vector<LocalId>& ports, const std::vector<std::string>& names,
                           bool is_input) {
      const std::set<ValueId> allowed = standing_for(standing, names);
      for (const LocalId port : ports) {
        const ValueId value = instance.values[at(port)];
        if (!allowed.contains(value))
          leaks.push_back({instance.path, module, normalised.values[at(value)].name, is_input});
      }
    };
    check(component.inputs, found->second->inputs, true);
    check(component.outputs, found->second->outputs, false);
  }
  return compared;
}

}  // namespace strata
