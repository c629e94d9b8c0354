#include "decomposer/partition/layers.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "decomposer/partition/residual.h"

namespace strata {
namespace {

// A frame with fewer kernels is no layer unless it holds a residual.
constexpr int kLayerKernels = 5;

bool is_indexed(const Frame& frame) {
  const std::string last = frame.path.substr(frame.path.rfind('.') + 1);
  return !last.empty() &&
         std::ranges::all_of(last, [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

LayerFinder::LayerFinder(const Graph& graph, const Cover& cover, const FrameTree& tree)
    : graph_(graph),
      cover_(cover),
      tree_(tree),
      candidate_(graph.frames.size(), false),
      residual_(graph.frames.size()),
      stack_(graph.frames.size()) {
  find_candidates();
}

bool LayerFinder::holds_residual(FrameId frame) {
  if (!residual_[frame]) {
    const auto inside = [&](NodeId node) {
      return lies_in(tree_, tree_.frame_of_node[node], frame);
    };
    residual_[frame] =
        !residual_adds(graph_, cover_, nodes_in(tree_, cover_, frame), inside, true).empty();
  }
  return *residual_[frame];
}

bool LayerFinder::below_candidate(FrameId frame) const {
  for (FrameId up = graph_.frames[frame].parent; up != kNone; up = graph_.frames[up].parent) {
    if (candidate_[up]) return true;
  }
  return false;
}

// Indexed children whose class has some instance that holds a residual; then, outside any of those,
// indexed or repeated ones that are large.
void LayerFinder::find_candidates() {
  std::vector<FrameId> indexed;
  std::set<std::string> residual_classes;
  std::map<std::string, int> calls;
  for (std::size_t i = 1; i < graph_.frames.size(); ++i) {
    const Frame& frame = graph_.frames[i];
    ++calls[frame.path];
    if (is_plain_container(frame) || tree_.kernel_count[i] < 2 || !is_indexed(frame)) continue;
    if (holds_itself(static_cast<FrameId>(i))) continue;
    indexed.push_back(static_cast<FrameId>(i));
    if (!residual_classes.contains(frame.class_name) && holds_residual(static_cast<FrameId>(i))) {
      residual_classes.insert(frame.class_name);
    }
  }
  for (const FrameId frame : indexed) {
    if (residual_classes.contains(graph_.frames[frame].class_name)) candidate_[frame] = true;
  }
  std::vector<FrameId> large;
  for (const FrameId frame : indexed) {
    if (!candidate_[frame] && tree_.kernel_count[frame] >= kLayerKernels &&
        !below_candidate(frame)) {
      large.push_back(frame);
    }
  }
  for (const FrameId frame : large) candidate_[frame] = true;
  for (std::size_t i = 1; i < graph_.frames.size(); ++i) {
    const auto frame = static_cast<FrameId>(i);
    const bool repeated = calls[graph_.frames[i].path] >= 2 && tree_.kernel_count[i] >= 4;
    if (repeated && !is_plain_container(graph_.frames[i]) && !below_candidate(frame)) {
      candidate_[i] = true;
    }
  }
}

bool LayerFinder::holds_itself(FrameId frame) const {
  if (is_plain_container(graph_.frames[frame]) || graph_.frames[frame].class_name.empty())
    return false;
  return std::ranges::any_of(frames_below(tree_, frame), [&](FrameId below) {
    return tree_.kernel_count[below] >= 2 &&
           graph_.frames[below].class_name == graph_.frames[frame].class_name;
  });
}

void LayerFinder::collect_maximal(FrameId frame, std::vector<FrameId>& found) const {
  for (const FrameId child : tree_.children[frame]) {
    if (candidate_[child]) {
      found.push_back(child);
    } else {
      collect_maximal(child, found);
    }
  }
}

bool LayerFinder::is_stack(FrameId frame) {
  if (stack_[frame]) return *stack_[frame];
  std::vector<FrameId> maximal;
  collect_maximal(frame, maximal);
  std::map<std::string, int> classes;
  for (const FrameId layer : maximal) ++classes[graph_.frames[layer].class_name];
  bool stack = classes.size() == 1 ||
               std::ranges::any_of(classes, [](const auto& entry) { return entry.second >= 2; });
  if (!stack && !candidate_[frame]) {
    // Layers that are not in a list: two of one class, equally deep.
    std::map<std::pair<std::string, int>, int> groups;
    for (const FrameId below : frames_below(tree_, frame)) {
      if (tree_.kernel_count[below] < kLayerKernels || !holds_residual(below)) continue;
      int depth = 0;
      for (FrameId up = below; up != frame; up = graph_.frames[up].parent) ++depth;
      if (++groups[{graph_.frames[below].class_name, depth}] >= 2) {
        stack = true;
        break;
      }
    }
  }
  stack_[frame] = stack;
  return stack;
}

bool LayerFinder::is_layer(FrameId frame) {
  const int kernels = tree_.kernel_count[frame];
  if (holds_residual(frame) || kernels >= 6) return true;
  if (kernels < 4) return false;
  const bool has_part = std::ranges::any_of(
      tree_.children[frame], [&](FrameId child) { return tree_.kernel_count[child] >= 2; });
  return has_part || holds_join(frame);
}

// Some node outside all kernels reads results of different kernels of the frame.
bool LayerFinder::holds_join(FrameId frame) const {
  const std::vector<NodeId> nodes = nodes_in(tree_, cover_, frame);
  std::map<ValueId, std::set<std::int32_t>> kernels_behind;
  for (const NodeId id : nodes) {
    const Node& node = graph_.nodes[id];
    std::set<std::int32_t> behind;
    if (cover_.kernel_of[id] != kNone) {
      behind.insert(cover_.kernel_of[id]);
    } else {
      int sources = 0;
      bool all_known = true;
      for (const ValueId input : inputs_of(node)) {
        if (cover_.island[input]) continue;
        const auto found = kernels_behind.find(input);
        all_known = all_known && found != kernels_behind.end() && !found->second.empty();
        if (found != kernels_behind.end())
          behind.insert(found->second.begin(), found->second.end());
        ++sources;
      }
      if (sources >= 2 && all_known && behind.size() >= 2) return true;
    }
    for (const ValueId output : node.outputs) {
      if (output != kNone) kernels_behind[output] = behind;
    }
  }
  return false;
}

}  // namespace strata
