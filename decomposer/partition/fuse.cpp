#include "decomposer/partition/fuse.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace strata {
namespace {

constexpr std::ptrdiff_t kSwarm = 12;  // a region with no more loose kernels reads well as it is

// A kernel that is loose in the region, or one of the region's own nodes.
struct Link {
  RegionId kernel = kNone;
  NodeId node = kNone;
  friend bool operator==(const Link&, const Link&) = default;
};

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool is_convolution(std::string_view operation) { return operation.starts_with("conv"); }

bool is_contraction(std::string_view operation) {
  return is_convolution(operation) ||
         starts_with_any(operation, {"linear", "matmul", "bmm", "addmm", "baddbmm", "mm"});
}

bool ends_chain(std::string_view operation) {
  constexpr std::array kEnds = {"layer_norm", "rms_norm",   "group_norm", "embedding",
                                "rope",       "rope_table", "scale",      "position_ids"};
  return std::ranges::find(kEnds, operation) != kEnds.end() || operation.ends_with("_mask") ||
         operation.find("_pool") != std::string_view::npos;
}

bool is_linear_or_activation(std::string_view operation) {
  return operation == "linear" || operation == "tanh" || operation == "sigmoid" ||
         operation.find("elu") != std::string_view::npos || operation == "silu" ||
         operation == "mish" || operation == "softplus" || operation.starts_with("hard_");
}

class Fuser {
 public:
  Fuser(const Graph& graph, const Flow& flow, Nesting& nesting)
      : graph_(graph),
        flow_(flow),
        nesting_(nesting),
        owners_(owners_of_nodes(nesting, graph.nodes.size())) {
    for (const Frame& frame : graph.frames) ++calls_[frame.path];
  }

  void fuse_in(RegionId region) {
    owner_ = region;
    used_.clear();
    const std::vector<RegionId> children = nesting_.regions[region].children;
    std::vector<std::vector<Link>> chains;
    for (const RegionId child : children) {
      const Region& kernel = nesting_.regions[child];
      if (kernel.kernel == kNone || !is_contraction(kernel.operation)) continue;
      if (used_.contains(kernel.nodes.front()) || !may_join({child, kNone})) continue;
      std::vector<Link> chain = cut(follow({child, kNone}));
      const auto kernels =
          std::ranges::count_if(chain, [](const Link& l) { return l.kernel != kNone; });
      if (kernels < 2 || kernels == static_cast<std::ptrdiff_t>(children.size())) continue;
      for (const Link& link : chain) used_.insert(nodes_of(link).begin(), nodes_of(link).end());
      chains.push_back(std::move(chain));
    }
    find_swarms(children, chains);
    for (const auto& chain : chains) make_region(chain);
  }

 private:
  // Where elementwise kernels lie about by the dozen, those that follow one another are a fusion.
  void find_swarms(const std::vector<RegionId>& children, std::vector<std::vector<Link>>& chains) {
    const auto is_loose = [&](RegionId child) {
      const Region& kernel = nesting_.regions[child];
      return kernel.kernel != kNone && !used_.contains(kernel.nodes.front());
    };
    if (std::ranges::count_if(children, is_loose) <= kSwarm) return;
    for (const RegionId child : children) {
      if (!is_loose(child) || is_contraction(nesting_.regions[child].operation)) continue;
      if (!may_join({child, kNone})) continue;
      std::vector<Link> chain = cut(follow({child, kNone}));
      const auto heavy = std::ranges::find_if(chain, [&](const Link& link) {
        return link.kernel != kNone && is_contraction(operation(link));
      });
      chain.erase(heavy, chain.end());
      while (!chain.empty() && chain.back().kernel == kNone) chain.pop_back();
      const auto kernels =
          std::ranges::count_if(chain, [](const Link& link) { return link.kernel != kNone; });
      if (kernels < 3 || kernels == static_cast<std::ptrdiff_t>(children.size())) continue;
      for (const Link& link : chain) used_.insert(nodes_of(link).begin(), nodes_of(link).end());
      chains.push_back(std::move(chain));
    }
  }

  const std::vector<NodeId>& nodes_of(const Link& link) {
    if (link.kernel != kNone) return nesting_.regions[link.kernel].nodes;
    single_.assign(1, link.node);
    return single_;
  }

  const std::string& operation(const Link& link) const {
    return nesting_.regions[link.kernel].operation;
  }

  Link link_of(NodeId node) const {
    const RegionId owner = owners_[node];
    if (owner == owner_) return {kNone, node};
    const Region& region = nesting_.regions[owner];
    return region.kernel != kNone && region.parent == owner_ ? Link{owner, kNone} : Link{};
  }

  // Activations that the link reads from outside itself.
  std::set<ValueId> activations(const Link& link) {
    const std::vector<NodeId> nodes = nodes_of(link);
    std::set<ValueId> found;
    for (const NodeId node : nodes) {
      for (const ValueId input : inputs_of(graph_.nodes[node])) {
        const NodeId producer = graph_.values[input].producer;
        const bool inner = producer != kNone && std::ranges::binary_search(nodes, producer);
        if (!inner && flow_.parameter[input] == kNone) found.insert(input);
      }
    }
    return found;
  }

  bool may_join(const Link& link) {
    if (activations(link).size() > 1) return false;
    if (link.kernel == kNone) return true;
    return !ends_chain(operation(link));
  }

  // The only reader of the link's only result, when it is loose in the region too.
  Link next_of(const Link& link) {
    const std::vector<NodeId> nodes = nodes_of(link);
    std::set<ValueId> results;
    std::set<NodeId> readers;
    for (const NodeId node : nodes) {
      for (const ValueId output : graph_.nodes[node].outputs) {
        if (output == kNone) continue;
        if (flow_.is_result[output]) return {};
        for (const NodeId reader : flow_.readers[output]) {
          if (std::ranges::binary_search(nodes, reader)) continue;
          results.insert(output);
          readers.insert(reader);
        }
      }
    }
    if (results.size() != 1) return {};
    const Link next = link_of(*readers.begin());
    if (next == Link{}) return {};
    const std::vector<NodeId> next_nodes = nodes_of(next);
    const bool one = std::ranges::all_of(
        readers, [&](NodeId reader) { return std::ranges::binary_search(next_nodes, reader); });
    return one ? next : Link{};
  }

  // A module that is called more often than the region that holds it starts a fusion of its own, so
  // that each call looks alike.
  bool is_called_again(const Link& link) const {
    if (link.kernel == kNone) return false;
    const Region& region = nesting_.regions[link.kernel];
    const bool has_weights = std::ranges::any_of(region.nodes, [&](NodeId node) {
      const std::vector<ValueId> inputs = inputs_of(graph_.nodes[node]);
      return std::ranges::any_of(inputs,
                                 [&](ValueId input) { return flow_.parameter[input] != kNone; });
    });
    const Region& owner = nesting_.regions[owner_];
    const int around = owner.authored ? calls_.at(graph_.frames[owner.frame].path) : 1;
    return has_weights && calls_.at(graph_.frames[region.frame].path) > around;
  }

  std::vector<Link> follow(const Link& start) {
    std::vector<Link> chain{start};
    for (Link next = next_of(start); !(next == Link{}); next = next_of(next)) {
      if (used_.contains(nodes_of(next).front()) || !may_join(next) || is_called_again(next)) break;
      chain.push_back(next);
    }
    return chain;
  }

  // Ends the chain before the next convolution, or before a linear that follows one, and at a
  // kernel.
  std::vector<Link> cut(std::vector<Link> chain) const {
    bool convolution = is_convolution(operation(chain.front()));
    for (std::size_t i = 1; i < chain.size(); ++i) {
      if (chain[i].kernel == kNone) continue;
      const std::string& name = operation(chain[i]);
      if (is_convolution(name) || (convolution && is_contraction(name))) {
        chain.resize(i);
        break;
      }
      convolution = convolution || is_convolution(name);
    }
    while (!chain.empty() && chain.back().kernel == kNone) chain.pop_back();
    return chain;
  }

  std::string name_of(const std::vector<Link>& chain) const {
    std::vector<std::string> operations;
    for (const Link& link : chain) {
      if (link.kernel != kNone) operations.push_back(operation(link));
    }
    const auto linears = std::ranges::count_if(
        operations, [](const std::string& operation) { return operation == "linear"; });
    if (linears >= 2 && std::ranges::all_of(operations, is_linear_or_activation)) return "mlp";
    if (operations.size() > 4) return operations.front() + "_chain";
    std::string name;
    for (const std::string& operation : operations) {
      // As people say it: conv_bn_relu.
      const bool convolution =
          operation == "conv1d" || operation == "conv2d" || operation == "conv3d";
      const std::string_view word = convolution                 ? "conv"
                                    : operation == "batch_norm" ? "bn"
                                                                : std::string_view(operation);
      name += (name.empty() ? "" : "_") + std::string(word);
    }
    return name;
  }

  FrameId common_frame(const std::vector<Link>& chain) const {
    FrameId common = kNone;
    for (const Link& link : chain) {
      if (link.kernel == kNone) continue;
      FrameId frame = nesting_.regions[link.kernel].frame;
      if (common == kNone) common = frame;
      while (frame != common) {
        // Parents have smaller indices than their children.
        FrameId& deeper = frame > common ? frame : common;
        deeper = graph_.frames[deeper].parent;
      }
    }
    return common;
  }

  void make_region(const std::vector<Link>& chain) {
    Region fusion;
    fusion.level = 1;
    fusion.operation = name_of(chain);
    fusion.frame = common_frame(chain);
    for (const Link& link : chain) {
      if (link.kernel != kNone) continue;
      fusion.nodes.push_back(link.node);
      std::erase(nesting_.regions[owner_].nodes, link.node);
    }
    std::ranges::sort(fusion.nodes);
    nesting_.log.push_back({"fuse", graph_.nodes[nodes_of(chain.front()).front()].name,
                            "fuse into " + fusion.operation, "a straight line of single readers"});
    const RegionId made = add_region(nesting_, owner_, std::move(fusion));
    for (const Link& link : chain) {
      if (link.kernel != kNone) move_region(nesting_, link.kernel, made);
    }
  }

  const Graph& graph_;
  const Flow& flow_;
  Nesting& nesting_;
  std::vector<RegionId> owners_;      // per node, before any fusion was made
  std::map<std::string, int> calls_;  // by path
  RegionId owner_ = kNone;
  std::set<NodeId> used_;
  std::vector<NodeId> single_;
};

}  // namespace

void fuse_chains(const Graph& graph, const Flow& flow, Nesting& nesting) {
  Fuser fuser(graph, flow, nesting);
  for (const RegionId region : regions_downwards(nesting)) {
    if (nesting.regions[region].level >= 2) fuser.fuse_in(region);
  }
}

}  // namespace strata
