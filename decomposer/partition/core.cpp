#include "decomposer/partition/core.h"

#include <algorithm>
#include <set>

#include "decomposer/partition/residual.h"

namespace strata {
namespace {

bool is_norm(const KernelRegion& kernel) {
  return kernel.operation == "layer_norm" || kernel.operation == "rms_norm" ||
         kernel.operation == "group_norm";
}

// All nodes of `inside` that `last` was computed from.
std::set<NodeId> nodes_before(const Graph& graph, NodeId last,
                              const std::function<bool(NodeId)>& inside) {
  std::set<NodeId> found;
  std::vector<NodeId> stack{last};
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    for (const ValueId input : inputs_of(graph.nodes[node])) {
      const NodeId producer = graph.values[input].producer;
      if (producer == kNone || !inside(producer)) continue;
      if (found.insert(producer).second) stack.push_back(producer);
    }
  }
  return found;
}

bool reads_from(const Graph& graph, const KernelRegion& kernel, const std::set<NodeId>& nodes) {
  for (const NodeId node : kernel.nodes) {
    for (const ValueId input : inputs_of(graph.nodes[node])) {
      const NodeId producer = graph.values[input].producer;
      if (producer == kNone || !nodes.contains(producer)) continue;
      if (!std::ranges::binary_search(kernel.nodes, producer)) return true;
    }
  }
  return false;
}

int results_of(const Graph& graph, const Flow& flow, const std::set<NodeId>& nodes) {
  int results = 0;
  for (const NodeId node : nodes) {
    for (const ValueId output : graph.nodes[node].outputs) {
      if (output == kNone) continue;
      results += std::ranges::any_of(flow.readers[output],
                                     [&](NodeId reader) { return !nodes.contains(reader); });
    }
  }
  return results;
}

}  // namespace

std::vector<NodeId> core_before_residual(const Graph& graph, const Cover& cover, const Flow& flow,
                                         const FrameTree& tree, FrameId frame) {
  const int kernels = tree.kernel_count[frame];
  for (const FrameId child : tree.children[frame]) {
    if (tree.kernel_count[child] >= 2 && 2 * tree.kernel_count[child] >= kernels) return {};
  }
  const auto inside = [&](NodeId node) { return lies_in(tree, tree.frame_of_node[node], frame); };
  const std::vector<NodeId> adds =
      residual_adds(graph, cover, nodes_in(tree, cover, frame), inside, true);
  if (adds.empty()) return {};
  std::set<NodeId> core = nodes_before(graph, adds.front(), inside);
  std::set<std::int32_t> held;
  for (const NodeId node : core) {
    if (cover.kernel_of[node] != kNone) held.insert(cover.kernel_of[node]);
  }
  for (const std::int32_t kernel : held) {
    for (const NodeId node : cover.kernels[kernel].nodes) {
      if (!core.contains(node)) return {};
    }
  }
  int left = static_cast<int>(held.size());
  std::vector<std::int32_t> heads;
  for (const std::int32_t kernel : held) {
    if (is_norm(cover.kernels[kernel]) && !reads_from(graph, cover.kernels[kernel], core)) {
      heads.push_back(kernel);
    }
  }
  for (const std::int32_t kernel : heads) {
    for (const NodeId node : cover.kernels[kernel].nodes) core.erase(node);
    --left;
  }
  std::vector<NodeId> nodes(core.begin(), core.end());
  const auto in_core = [&](NodeId node) { return core.contains(node); };
  if (left < 3 || results_of(graph, flow, core) != 1) return {};
  if (!residual_adds(graph, cover, nodes, in_core, true).empty()) return {};
  return nodes;
}

}  // namespace strata
