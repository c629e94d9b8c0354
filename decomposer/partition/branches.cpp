#include "decomposer/partition/branches.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "decomposer/partition/residual.h"

namespace strata {
namespace {

constexpr int kBranchKernels = 3;

class BranchFinder {
 public:
  BranchFinder(const Graph& graph, const Cover& cover, const Flow& flow, Nesting& nesting,
               RegionId layer)
      : graph_(graph), cover_(cover), flow_(flow), nesting_(nesting), layer_(layer) {
    const Region& region = nesting.regions[layer];
    nodes_.insert(region.nodes.begin(), region.nodes.end());
    for (const RegionId child : region.children) {
      if (nesting.regions[child].kernel == kNone) continue;
      for (const NodeId node : nesting.regions[child].nodes) {
        nodes_.insert(node);
        kernel_of_[node] = child;
      }
    }
  }

  void split() {
    std::vector<NodeId> ordered(nodes_.begin(), nodes_.end());
    std::ranges::sort(ordered);
    const auto inside = [&](NodeId node) { return nodes_.contains(node); };
    const std::vector<NodeId> adds = residual_adds(graph_, cover_, ordered, inside, false);
    for (const NodeId add : adds) {
      const std::vector<ValueId> operands = inputs_of(graph_.nodes[add]);
      for (const bool first : {false, true}) {
        if (split_operand(operands[first ? 0 : 1], operands[first ? 1 : 0])) break;
      }
    }
  }

 private:
  // Everything between the stream and the value that is added to it, if that is a branch.
  bool split_operand(ValueId added, ValueId stream) {
    std::set<NodeId> branch = nodes_between(stream, added);
    if (branch.empty()) return false;
    close_over_kernels(branch);
    drop_leading_norm(branch, stream);
    const std::set<RegionId> kernels = kernels_in(branch);
    if (static_cast<int>(kernels.size()) < kBranchKernels || !has_one_result(branch, added))
      return false;
    make_region(branch, kernels);
    return true;
  }

  std::set<NodeId> nodes_between(ValueId stream, ValueId added) const {
    // What reads the stream, directly or not, and leads to the added value.
    std::set<NodeId> after;
    for (const NodeId reader : flow_.readers[stream]) {
      if (nodes_.contains(reader)) after.insert(reader);
    }
    for (auto it = after.begin(); it != after.end(); ++it) {
      for (const ValueId output : graph_.nodes[*it].outputs) {
        if (output == kNone) continue;
        for (const NodeId reader : flow_.readers[output]) {
          if (nodes_.contains(reader)) after.insert(reader);
        }
      }
    }
    std::set<NodeId> between;
    std::vector<ValueId> stack{added};
    while (!stack.empty()) {
      const NodeId producer = graph_.values[stack.back()].producer;
      stack.pop_back();
      if (producer == kNone || !after.contains(producer) || taken_.contains(producer)) continue;
      if (!between.insert(producer).second) continue;
      for (const ValueId input : inputs_of(graph_.nodes[producer])) stack.push_back(input);
    }
    return between;
  }

  void close_over_kernels(std::set<NodeId>& branch) const {
    const std::set<NodeId> found = branch;
    for (const NodeId node : found) {
      const auto kernel = kernel_of_.find(node);
      if (kernel == kernel_of_.end()) continue;
      const auto& nodes = nesting_.regions[kernel->second].nodes;
      branch.insert(nodes.begin(), nodes.end());
    }
  }

  std::set<RegionId> kernels_in(const std::set<NodeId>& branch) const {
    std::set<RegionId> kernels;
    for (const NodeId node : branch) {
      const auto kernel = kernel_of_.find(node);
      if (kernel != kernel_of_.end()) kernels.insert(kernel->second);
    }
    return kernels;
  }

  void drop_leading_norm(std::set<NodeId>& branch, ValueId stream) const {
    std::vector<RegionId> leading;
    for (const RegionId kernel : kernels_in(branch)) {
      const Region& region = nesting_.regions[kernel];
      if (!region.operation.ends_with("_norm")) continue;
      const bool reads_stream = std::ranges::any_of(region.nodes, [&](NodeId node) {
        const std::vector<ValueId> inputs = inputs_of(graph_.nodes[node]);
        return std::ranges::find(inputs, stream) != inputs.end();
      });
      if (reads_stream) leading.push_back(kernel);
    }
    if (leading.size() != 1) return;
    for (const NodeId node : nesting_.regions[leading.front()].nodes) branch.erase(node);
  }

  bool has_one_result(const std::set<NodeId>& branch, ValueId added) const {
    for (const NodeId node : branch) {
      for (const ValueId output : graph_.nodes[node].outputs) {
        if (output == kNone) continue;
        const bool leaves = flow_.is_result[output] ||
                            std::ranges::any_of(flow_.readers[output], [&](NodeId reader) {
                              return !branch.contains(reader);
                            });
        if (leaves && output != added) return false;
      }
    }
    return true;
  }

  std::string name_of(const std::set<RegionId>& kernels) const {
    int contractions = 0;
    bool attention = false;
    bool other = false;
    for (const RegionId kernel : kernels) {
      const std::string& operation = nesting_.regions[kernel].operation;
      attention = attention || operation.starts_with("softmax") || operation.starts_with("sdpa");
      if (operation.starts_with("linear")) {
        ++contractions;
      } else {
        other = other || operation.find("matmul") != std::string::npos;
      }
    }
    if (attention) return "attention";
    if (!other && contractions == 2) return "mlp";
    if (!other && contractions == 3) return "gated_mlp";
    return "branch";
  }

  void make_region(const std::set<NodeId>& branch, const std::set<RegionId>& kernels) {
    Region region;
    region.level = 1;
    region.frame = nesting_.regions[layer_].frame;
    region.operation = name_of(kernels);
    for (const NodeId node : branch) {
      taken_.insert(node);
      if (!kernel_of_.contains(node)) region.nodes.push_back(node);
    }
    for (const NodeId node : region.nodes) std::erase(nesting_.regions[layer_].nodes, node);
    const RegionId made = add_region(nesting_, layer_, std::move(region));
    for (const RegionId kernel : kernels) move_region(nesting_, kernel, made);
  }

  const Graph& graph_;
  const Cover& cover_;
  const Flow& flow_;
  Nesting& nesting_;
  RegionId layer_;
  std::unordered_set<NodeId> nodes_;
  std::unordered_map<NodeId, RegionId> kernel_of_;
  std::set<NodeId> taken_;  // by branches that were made before
};

}  // namespace

void split_branches(const Graph& graph, const Cover& cover, const Flow& flow, Nesting& nesting,
                    RegionId layer) {
  BranchFinder(graph, cover, flow, nesting, layer).split();
}

}  // namespace strata
