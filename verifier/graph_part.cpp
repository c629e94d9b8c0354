#include "verifier/graph_part.h"

#include <algorithm>
#include <unordered_map>

#include "decomposer/graph/index.h"

namespace strata {

GraphPart whole(const Graph& graph) {
  GraphPart part;
  part.inputs = graph.inputs;
  part.outputs = graph.outputs;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) part.nodes.push_back(static_cast<NodeId>(i));
  return part;
}

GraphPart up_to(const Graph& graph, const std::vector<ValueId>& wanted) {
  NodeId last = kNone;
  for (ValueId value : wanted) last = std::max(last, graph.values.at(at(value)).producer);
  GraphPart part;
  part.inputs = graph.inputs;
  for (NodeId node = 0; node <= last; ++node) part.nodes.push_back(node);
  return part;
}

GraphPart part_of(std::vector<NodeId> nodes, std::vector<ValueId> inputs,
                  const std::vector<ValueId>& outputs) {
  GraphPart part{std::move(nodes), std::move(inputs), {}};
  for (const ValueId output : outputs) part.outputs.emplace_back(ValueRef{output});
  return part;
}

std::vector<ParameterId> parameters_of(const Graph& graph, const GraphPart& part) {
  std::unordered_map<ValueId, ParameterId> by_value;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i)
    by_value.emplace(graph.parameters[i].value, static_cast<ParameterId>(i));
  std::vector<ParameterId> result;
  const auto add = [&](ValueId value) {
    if (const auto found = by_value.find(value); found != by_value.end())
      result.push_back(found->second);
  };
  for (const NodeId node : part.nodes) {
    for (const ValueId value : inputs_of(graph.nodes.at(static_cast<std::size_t>(node))))
      add(value);
  }
  for (const Argument& output : part.outputs) {
    if (const auto* ref = std::get_if<ValueRef>(&output)) add(ref->id);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace strata
