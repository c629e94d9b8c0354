#include <fmt/format.h>

#include "decomposer/normalise/rules.h"
#include "decomposer/normalise/storage_groups.h"
#include "decomposer/schema/cond.h"
#include "kernels_l0/error.h"

namespace strata {

void require_pure_branches(const Graph& graph) {
  const StorageGroups groups = storage_groups(graph);
  std::vector<NodeId> open;  // where the branches begin that hold the node
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes.size()); ++id) {
    const Node& node = graph.nodes[static_cast<std::size_t>(id)];
    const CondPart part = cond_part(*node.op);
    if (part == CondPart::kElse || part == CondPart::kEnd) open.pop_back();
    if (part == CondPart::kThen || part == CondPart::kElse) open.push_back(id);
    if (open.empty()) continue;
    for (const ValueId value : written_by(node)) {
      const ValueId owner = groups.owner[static_cast<std::size_t>(value)];
      if (graph.values[static_cast<std::size_t>(owner)].producer > open.back()) continue;
      throw Error("normalise.cond",
                  fmt::format("{}: a branch of a cond writes what it made itself; got a write into "
                              "'{}', which was there before; let the branch return the new tensor",
                              node.name, graph.values[static_cast<std::size_t>(owner)].name));
    }
  }
}

}  // namespace strata
