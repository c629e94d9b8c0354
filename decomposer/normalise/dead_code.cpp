#include <algorithm>

#include "decomposer/normalise/rules.h"
#include "decomposer/normalise/storage_groups.h"
#include "decomposer/schema/cond.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Whether a branch of the cond that ends here draws random numbers.
bool draws_inside(const Rewrite& rewrite, NodeId end) {
  int depth = 0;
  for (NodeId id = end; id >= 0; --id) {
    const Node& node = rewrite.node(id);
    const CondPart part = cond_part(*node.op);
    if (part == CondPart::kEnd) ++depth;
    if (part == CondPart::kThen && --depth == 0) break;
    if (!rewrite.removed(id) && draws_random_numbers(node)) return true;
  }
  return false;
}

}  // namespace

void drop_dead_code(Rewrite& rewrite) {
  const Graph& graph = rewrite.graph();
  const StorageGroups groups = storage_groups(graph);
  // Per value: a later node, or the program's caller, reads it.
  std::vector<bool> needed(graph.values.size());
  // Per owner of a storage: likewise for anything in it.
  std::vector<bool> storage_needed = external_storages(graph, groups);
  const auto need = [&](ValueId value) {
    needed[index(value)] = true;
    storage_needed[index(groups.owner[index(value)])] = true;
  };
  for (const Argument& output : graph.outputs) {
    for (const ValueRef value : tensors_in(output)) need(value.id);
  }
  std::vector<bool> kept_conds;  // those that hold the node, the innermost last
  bool draws_later = false;      // a later node draws numbers that are read
  for (NodeId id = rewrite.node_count() - 1; id >= 0; --id) {
    if (rewrite.removed(id)) continue;
    const Node& node = rewrite.node(id);
    const auto written = written_by(node);
    const bool read = std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId output) {
      return output != kNone && needed[index(output)];
    });
    const bool writes = std::any_of(written.begin(), written.end(), [&](ValueId value) {
      return storage_needed[index(groups.owner[index(value)])];
    });
    // A cond stays or goes with its brackets.
    const CondPart part = cond_part(*node.op);
    if (part == CondPart::kEnd)
      kept_conds.push_back(read || (draws_later && draws_inside(rewrite, id)));
    const bool brackets = part != CondPart::kNone && kept_conds.back();
    if (part == CondPart::kThen) kept_conds.pop_back();
    const bool draws = draws_random_numbers(node);
    if (read || writes || brackets || (draws && draws_later)) {
      draws_later = draws_later || draws;
      for (const ValueId value : inputs_of(node)) need(value);
    } else {
      rewrite.drop(id,
                   written.empty() ? "nothing reads its result" : "nothing reads what it writes");
    }
  }
}

}  // namespace strata
