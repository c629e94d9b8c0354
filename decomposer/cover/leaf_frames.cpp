#include <algorithm>

#include "decomposer/cover/island_names.h"
#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

// What a leaf frame holds.
struct FrameContent {
  std::vector<NodeId> heavy;  // contractions
  std::vector<NodeId>
      computing;  // compute and arithmetic, heavy ones included; not what only prepares parameters
  bool constants = false;
  bool free = true;  // no node is in a kernel yet
};

FrameContent content_of(const Draft& draft, const std::vector<NodeId>& nodes) {
  FrameContent content;
  for (const NodeId id : nodes) {
    if (!draft.is_free(id)) content.free = false;
    if (draft.role(id) == Role::kConstant) content.constants = true;
    if (is_contraction(*draft.node(id).op)) content.heavy.push_back(id);
    const bool computes = draft.role(id) == Role::kCompute || draft.role(id) == Role::kArithmetic;
    if (computes && !draft.makes_parameters(id)) content.computing.push_back(id);
  }
  return content;
}

bool one_result(const Draft& draft, const std::vector<NodeId>& nodes) {
  return draft.leaving(nodes).size() == 1 && draft.is_convex(nodes) &&
         std::none_of(nodes.begin(), nodes.end(), [&](NodeId id) { return draft.writes(id); });
}

template <typename Visit>
void for_each_leaf(const Draft& draft, const Visit& visit) {
  for (FrameId frame = 1; frame < static_cast<FrameId>(draft.graph.frames.size()); ++frame) {
    if (draft.is_leaf(frame) && !draft.nodes_in(frame).empty()) visit(frame, draft.nodes_in(frame));
  }
}

}  // namespace

void cover_elementwise_frames(Draft& draft) {
  for_each_leaf(draft, [&](FrameId frame, const std::vector<NodeId>& nodes) {
    const std::string& class_name = draft.graph.frames[static_cast<std::size_t>(frame)].class_name;
    const FrameContent content = content_of(draft, nodes);
    if (!content.free || !content.heavy.empty() || content.computing.size() < 2 ||
        class_name.empty())
      return;
    if (!one_result(draft, nodes)) return;
    draft.take({class_operation(class_name), "what " + class_name + " computes", nodes, {}, {}});
  });
}

void cover_leaf_frames(Draft& draft, const PatternIndex& patterns) {
  for_each_leaf(draft, [&](FrameId, const std::vector<NodeId>& nodes) {
    const FrameContent content = content_of(draft, nodes);
    const std::size_t computing = content.computing.size();
    if (!content.free || computing == 0 || content.heavy.size() > 1) return;
    const NodeId main = content.heavy.empty() ? content.computing.front() : content.heavy.front();
    const bool scaled =
        content.heavy.size() == 1 && computing == 2 &&
        std::all_of(content.computing.begin(), content.computing.end(),
                    [&](NodeId id) { return id == main || draft.role(id) == Role::kArithmetic; });
    if (computing != 1 && !scaled) return;
    if (draft.role(main) != Role::kCompute || !one_result(draft, nodes)) return;
    KernelRegion region = single_operator(draft, main, patterns);
    region.nodes = nodes;
    region.operands.clear();
    region.operand_names.clear();
    draft.take(std::move(region));
  });
}

void join_leaf_plumbing(Draft& draft) {
  for_each_leaf(draft, [&](FrameId, const std::vector<NodeId>& nodes) {
    std::int32_t kernel = kNone;
    std::vector<NodeId> plumbing;
    for (const NodeId id : nodes) {
      if (draft.is_free(id)) {
        if (draft.role(id) != Role::kPlumbing) return;
        plumbing.push_back(id);
      } else if (kernel == kNone || kernel == draft.kernel_of(id)) {
        kernel = draft.kernel_of(id);
      } else {
        return;
      }
    }
    if (kernel == kNone || plumbing.empty()) return;
    const std::vector<NodeId>& inside = draft.kernel(kernel).nodes;
    if (inside.size() + plumbing.size() != nodes.size()) return;  // some of it lies elsewhere
    if (draft.leaving(nodes).size() > std::max<std::size_t>(1, draft.leaving(inside).size()))
      return;
    if (!draft.is_convex(nodes)) return;
    for (const NodeId id : plumbing) draft.join(id, kernel);
  });
}

}  // namespace strata
