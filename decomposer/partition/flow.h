#pragma once

#include <utility>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"

namespace strata {

// Who makes and who reads every value, and which node must run before which.
struct Flow {
  std::vector<std::vector<NodeId>> readers;      // one list per value, ascending
  std::vector<ParameterId> parameter;            // one per value; kNone: not a parameter
  std::vector<bool> is_result;                   // one per value: a result of the whole graph
  std::vector<std::pair<NodeId, NodeId>> edges;  // (earlier, later): data flow and effects
};

Flow flow_of(const Graph& graph, const Cover& cover);

}  // namespace strata
