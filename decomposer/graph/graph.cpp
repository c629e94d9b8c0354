#include "decomposer/graph/graph.h"

namespace strata {

ParameterId parameter_of(const Graph& graph, ValueId value) {
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    if (graph.parameters[i].value == value) return static_cast<ParameterId>(i);
  }
  return kNone;
}

std::vector<ValueId> inputs_of(const Node& node) {
  std::vector<ValueId> found;
  for (const Argument& argument : node.arguments) {
    for (const ValueRef value : tensors_in(argument)) found.push_back(value.id);
  }
  return found;
}

std::vector<std::vector<NodeId>> readers_of(const Graph& graph) {
  std::vector<std::vector<NodeId>> readers(graph.values.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto node = static_cast<NodeId>(i);
    for (const ValueId value : inputs_of(graph.nodes[i])) {
      auto& list = readers[static_cast<std::size_t>(value)];
      if (list.empty() || list.back() != node) list.push_back(node);
    }
  }
  return readers;
}

}  // namespace strata
