#include "decomposer/partition/frame_tree.h"

#include <algorithm>

namespace strata {
namespace {

// The innermost frame that holds all of the kernel's compute nodes; plumbing and constants that
// were drawn in from outside must not pull it out of its layer.
FrameId frame_of(const Graph& graph, const Cover& cover, const KernelRegion& kernel,
                 const std::vector<int>& depth) {
  const auto common = [&](FrameId a, FrameId b) {
    while (a != b) {
      if (depth[a] < depth[b]) std::swap(a, b);
      a = graph.frames[a].parent;
    }
    return a;
  };
  FrameId found = kNone;
  for (const bool compute_only : {true, false}) {
    for (const NodeId node : kernel.nodes) {
      const Role role = cover.roles[node];
      if (compute_only && (role == Role::kPlumbing || role == Role::kConstant)) continue;
      found = found == kNone ? graph.nodes[node].frame : common(found, graph.nodes[node].frame);
    }
    if (found != kNone) break;
  }
  return found == kNone ? 0 : found;
}

void visit(FrameTree& tree, FrameId frame, int& place) {
  tree.span[frame].first = place++;
  tree.kernel_count[frame] = static_cast<int>(tree.kernels[frame].size());
  for (const FrameId child : tree.children[frame]) {
    visit(tree, child, place);
    tree.kernel_count[frame] += tree.kernel_count[child];
  }
  tree.span[frame].second = place;
}

}  // namespace

FrameTree frame_tree(const Graph& graph, const Cover& cover) {
  FrameTree tree;
  const std::size_t count = graph.frames.size();
  tree.children.resize(count);
  tree.nodes.resize(count);
  tree.kernels.resize(count);
  tree.kernel_count.assign(count, 0);
  tree.span.assign(count, {0, 0});
  std::vector<int> depth(count, 0);
  for (std::size_t i = 1; i < count; ++i) {
    const FrameId parent = graph.frames[i].parent;
    tree.children[parent].push_back(static_cast<FrameId>(i));
    depth[i] = depth[parent] + 1;
  }
  for (std::size_t i = 0; i < cover.kernels.size(); ++i) {
    const FrameId frame = frame_of(graph, cover, cover.kernels[i], depth);
    tree.frame_of_kernel.push_back(frame);
    tree.kernels[frame].push_back(static_cast<std::int32_t>(i));
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const std::int32_t kernel = cover.kernel_of[i];
    const FrameId frame = kernel == kNone ? graph.nodes[i].frame : tree.frame_of_kernel[kernel];
    tree.frame_of_node.push_back(frame);
    if (kernel == kNone) tree.nodes[frame].push_back(static_cast<NodeId>(i));
  }
  int place = 0;
  visit(tree, 0, place);
  return tree;
}

bool lies_in(const FrameTree& tree, FrameId inner, FrameId outer) {
  return tree.span[inner].first >= tree.span[outer].first &&
         tree.span[inner].first < tree.span[outer].second;
}

std::vector<FrameId> frames_below(const FrameTree& tree, FrameId frame) {
  std::vector<FrameId> found = tree.children[frame];
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& children = tree.children[found[i]];
    found.insert(found.end(), children.begin(), children.end());
  }
  std::ranges::sort(found, {}, [&](FrameId id) { return tree.span[id].first; });
  return found;
}

std::vector<NodeId> nodes_in(const FrameTree& tree, const Cover& cover, FrameId frame) {
  std::vector<FrameId> frames = frames_below(tree, frame);
  frames.push_back(frame);
  std::vector<NodeId> found;
  for (const FrameId id : frames) {
    found.insert(found.end(), tree.nodes[id].begin(), tree.nodes[id].end());
    for (const std::int32_t kernel : tree.kernels[id]) {
      const auto& nodes = cover.kernels[kernel].nodes;
      found.insert(found.end(), nodes.begin(), nodes.end());
    }
  }
  std::ranges::sort(found);
  return found;
}

std::string short_class_name(const Frame& frame) {
  return frame.class_name.substr(frame.class_name.rfind('.') + 1);
}

bool is_plain_container(const Frame& frame) {
  const std::string name = short_class_name(frame);
  return name == "Sequential" || name == "ModuleList" || name == "ModuleDict";
}

}  // namespace strata
