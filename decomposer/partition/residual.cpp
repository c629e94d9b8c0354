#include "decomposer/partition/residual.h"

#include <unordered_set>

namespace strata {
namespace {

ValueId before_casts(const Graph& graph, ValueId value) {
  while (graph.values[value].producer != kNone) {
    const Node& node = graph.nodes[graph.values[value].producer];
    const std::string& name = node.op->name;
    if (name != "to" && name != "_to_copy" && name != "contiguous" && name != "clone") break;
    value = inputs_of(node).front();
  }
  return value;
}

// Whether `to` was computed from `from` by nodes of the region alone. Producers only get earlier on
// the way, so that the search never goes back beyond `from`'s.
bool reaches(const Graph& graph, ValueId from, ValueId to,
             const std::function<bool(NodeId)>& inside) {
  const NodeId earliest = graph.values[from].producer;
  std::vector<ValueId> stack{to};
  std::unordered_set<NodeId> seen;
  while (!stack.empty()) {
    const ValueId value = stack.back();
    stack.pop_back();
    if (value == from) return true;
    const NodeId producer = graph.values[value].producer;
    if (producer == kNone || producer <= earliest || !inside(producer)) continue;
    if (!seen.insert(producer).second) continue;
    for (const ValueId input : inputs_of(graph.nodes[producer])) stack.push_back(input);
  }
  return false;
}

bool is_residual_add(const Graph& graph, const Cover& cover, NodeId id,
                     const std::function<bool(NodeId)>& inside) {
  const Node& node = graph.nodes[id];
  if (node.op->name != "add" || cover.roles[id] != Role::kArithmetic) return false;
  if (cover.kernel_of[id] != kNone) return false;
  const std::vector<ValueId> inputs = inputs_of(node);
  if (inputs.size() != 2) return false;
  const auto& values = graph.values;
  if (values[inputs[0]].meta.sizes != values[inputs[1]].meta.sizes) return false;
  if (cover.island[inputs[0]] && cover.island[inputs[1]]) return false;
  const ValueId left = before_casts(graph, inputs[0]);
  const ValueId right = before_casts(graph, inputs[1]);
  if (left == right) return false;
  return reaches(graph, left, right, inside) || reaches(graph, right, left, inside);
}

}  // namespace

std::vector<NodeId> residual_adds(const Graph& graph, const Cover& cover,
                                  const std::vector<NodeId>& nodes,
                                  const std::function<bool(NodeId)>& inside, bool first_only) {
  std::vector<NodeId> found;
  for (const NodeId node : nodes) {
    if (!is_residual_add(graph, cover, node, inside)) continue;
    found.push_back(node);
    if (first_only) break;
  }
  return found;
}

}  // namespace strata
