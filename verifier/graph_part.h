#pragma once

#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// Nodes of a graph that run together, and what goes in and out.
struct GraphPart {
  std::vector<NodeId> nodes;      // ascending
  std::vector<ValueId> inputs;    // given by the caller; parameters are not among them
  std::vector<Argument> outputs;  // as Graph::outputs: a ValueRef, or a constant
};

// The whole program.
GraphPart whole(const Graph& graph);

// The program's first nodes, up to the last that makes one of these values; without outputs.
GraphPart up_to(const Graph& graph, const std::vector<ValueId>& wanted);

// The nodes with the inputs and outputs that the caller wants, such as an instance's. An output may
// be an input or a parameter.
GraphPart part_of(std::vector<NodeId> nodes, std::vector<ValueId> inputs,
                  const std::vector<ValueId>& outputs);

// Parameters that the part reads or returns, ascending.
std::vector<ParameterId> parameters_of(const Graph& graph, const GraphPart& part);

}  // namespace strata
