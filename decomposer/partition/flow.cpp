#include "decomposer/partition/flow.h"

namespace strata {

Flow flow_of(const Graph& graph, const Cover& cover) {
  Flow flow;
  flow.readers = readers_of(graph);
  flow.parameter.assign(graph.values.size(), kNone);
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    flow.parameter[graph.parameters[i].value] = static_cast<ParameterId>(i);
  }
  flow.is_result.assign(graph.values.size(), false);
  for (const Argument& output : graph.outputs) {
    for (const ValueRef value : tensors_in(output)) flow.is_result[value.id] = true;
  }
  for (std::size_t value = 0; value < graph.values.size(); ++value) {
    const NodeId producer = graph.values[value].producer;
    if (producer == kNone) continue;
    for (const NodeId reader : flow.readers[value]) flow.edges.emplace_back(producer, reader);
  }
  flow.edges.insert(flow.edges.end(), cover.effects.begin(), cover.effects.end());
  return flow;
}

}  // namespace strata
