#pragma once

#include <string>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"

namespace strata {

// The author's modules with what the cover put into them. All vectors have one entry per frame.
struct FrameTree {
  std::vector<std::vector<FrameId>> children;
  std::vector<std::vector<NodeId>> nodes;          // own plumbing and arithmetic
  std::vector<std::vector<std::int32_t>> kernels;  // own kernels
  std::vector<int> kernel_count;                   // own and below
  std::vector<std::pair<int, int>>
      span;  // [first, second): place in a preorder, and that of all below
  std::vector<FrameId> frame_of_node;  // one per node: of its kernel, where it has one
  std::vector<FrameId>
      frame_of_kernel;  // one per kernel: the innermost that holds its compute nodes
};

FrameTree frame_tree(const Graph& graph, const Cover& cover);

// True when `inner` is `outer` or lies below it.
bool lies_in(const FrameTree& tree, FrameId inner, FrameId outer);
// All nodes in a frame and below, ascending.
std::vector<NodeId> nodes_in(const FrameTree& tree, const Cover& cover, FrameId frame);
// All frames below this one, preorder.
std::vector<FrameId> frames_below(const FrameTree& tree, FrameId frame);
// "GPT2Block" of "transformers.models.gpt2.modeling_gpt2.GPT2Block".
std::string short_class_name(const Frame& frame);
// Sequential, ModuleList and ModuleDict say nothing about what they hold.
bool is_plain_container(const Frame& frame);

}  // namespace strata
