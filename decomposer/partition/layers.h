#pragma once

#include <optional>
#include <vector>

#include "decomposer/partition/frame_tree.h"

namespace strata {

// What the fold asks about frames; answers are remembered.
class LayerFinder {
 public:
  LayerFinder(const Graph& graph, const Cover& cover, const FrameTree& tree);

  bool is_candidate(FrameId frame) const { return candidate_[frame]; }
  // The frame holds the layers of a stack, so that it dissolves and they become the model's
  // children.
  bool is_stack(FrameId frame);
  // Not a stack, but large or joined enough to be a layer and not a fusion.
  bool is_layer(FrameId frame);
  bool holds_residual(FrameId frame);
  // A recursive net: some frame below is of the same class and holds at least two kernels.
  bool holds_itself(FrameId frame) const;

 private:
  bool holds_join(FrameId frame) const;
  void find_candidates();
  bool below_candidate(FrameId frame) const;
  void collect_maximal(FrameId frame, std::vector<FrameId>& found) const;

  const Graph& graph_;
  const Cover& cover_;
  const FrameTree& tree_;
  std::vector<bool> candidate_;
  std::vector<std::optional<bool>> residual_;
  std::vector<std::optional<bool>> stack_;
};

}  // namespace strata
