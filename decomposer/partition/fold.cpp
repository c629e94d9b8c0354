#include "decomposer/partition/fold.h"

#include <algorithm>
#include <set>

#include "decomposer/graph/identifier.h"
#include "decomposer/partition/core.h"
#include "decomposer/partition/frame_tree.h"
#include "decomposer/partition/layers.h"

namespace strata {
namespace {

// A frame with more kernels than this is no single layer when it has parts of its own.
constexpr int kLargestLayer = 48;
// A model with more different children keeps modules that wrap a single one.
constexpr std::size_t kBroadModel = 20;

class Folder {
 public:
  Folder(const Graph& graph, const Cover& cover, const Flow& flow, bool keep_wrappers)
      : graph_(graph),
        cover_(cover),
        flow_(flow),
        keep_wrappers_(keep_wrappers),
        tree_(frame_tree(graph, cover)),
        layers_(graph, cover, tree_) {}

  Nesting fold() {
    const FrameId root = innermost_whole(0);
    Region model;
    model.level = 3;
    model.frame = root;
    model.authored = true;
    model.class_name = graph_.frames[root].class_name;
    model.operation = snake_case(short_class_name(graph_.frames[root]));
    if (model.operation.empty()) model.operation = "model";
    add_region(nesting_, kNone, model);
    fill(0, root);
    for (FrameId up = root; up != 0;) {
      up = graph_.frames[up].parent;
      take_own(0, up);
    }
    for (Region& region : nesting_.regions) std::ranges::sort(region.nodes);
    return std::move(nesting_);
  }

 private:
  int kernels(FrameId frame) const { return tree_.kernel_count[frame]; }
  Region& region(RegionId id) { return nesting_.regions[id]; }

  // Follows wrappers that add nothing of their own.
  FrameId innermost_whole(FrameId frame) const {
    while (tree_.nodes[frame].empty() && tree_.kernels[frame].empty() &&
           tree_.children[frame].size() == 1) {
      frame = tree_.children[frame].front();
    }
    return frame;
  }

  std::vector<FrameId> parts_of(FrameId frame) const {
    std::vector<FrameId> parts;
    for (const FrameId child : tree_.children[frame]) {
      if (kernels(child) >= 2) parts.push_back(child);
    }
    return parts;
  }

  void log(FrameId frame, std::string decision, std::string reason) {
    nesting_.log.push_back(
        {"fold", graph_.frames[frame].key, std::move(decision), std::move(reason)});
  }

  void add_kernel(RegionId into, std::int32_t kernel) {
    Region leaf;
    leaf.kernel = kernel;
    leaf.frame = tree_.frame_of_kernel[kernel];
    leaf.operation = cover_.kernels[kernel].operation;
    leaf.nodes = cover_.kernels[kernel].nodes;
    add_region(nesting_, into, std::move(leaf));
  }

  void take_own(RegionId into, FrameId frame) {
    auto& nodes = region(into).nodes;
    nodes.insert(nodes.end(), tree_.nodes[frame].begin(), tree_.nodes[frame].end());
    for (const std::int32_t kernel : tree_.kernels[frame]) add_kernel(into, kernel);
  }

  // Puts all that a frame holds into a region: the frame itself dissolves.
  void fill(RegionId into, FrameId frame) {
    take_own(into, frame);
    for (const FrameId child : tree_.children[frame]) place(into, child);
  }

  // The class of the frame, or of the nearest frame that holds nothing else when its own says
  // nothing.
  FrameId telling_frame(FrameId frame) const {
    FrameId up = frame;
    while (is_plain_container(graph_.frames[up]) && graph_.frames[up].parent != kNone &&
           kernels(graph_.frames[up].parent) == kernels(up)) {
      up = graph_.frames[up].parent;
    }
    return is_plain_container(graph_.frames[up]) ? frame : up;
  }

  std::string operation_of(FrameId frame) const {
    const Frame& telling = graph_.frames[telling_frame(frame)];
    const std::string name = short_class_name(telling);
    if (!name.empty() && !is_plain_container(telling)) return snake_case(name);
    std::string path = telling.path;
    while (!path.empty()) {
      const std::string last = path.substr(path.rfind('.') + 1);
      if (!std::ranges::all_of(last, [](unsigned char c) { return std::isdigit(c); })) {
        // An item of a list of lists is called after the list: "layers" holds a "layer".
        const bool plural = name.empty() && last.ends_with("s") && !last.ends_with("ss");
        return snake_case(plural ? last.substr(0, last.size() - 1) : last);
      }
      path.resize(path.size() > last.size() ? path.size() - last.size() - 1 : 0);
    }
    return "sequential";
  }

  RegionId add_frame(RegionId into, FrameId frame, int level, const std::string& suffix = "") {
    Region added;
    added.level = level;
    added.frame = frame;
    added.authored = true;
    added.class_name = graph_.frames[telling_frame(frame)].class_name;
    added.operation = operation_of(frame) + suffix;
    return add_region(nesting_, into, std::move(added));
  }

  void place(RegionId into, FrameId frame) {
    const int level = region(into).level;
    if (kernels(frame) <= 1 || level == 1) {
      fill(into, frame);
    } else if (level == 3) {
      place_in_model(into, frame);
    } else {
      place_in_layer(into, frame);
    }
  }

  void place_in_model(RegionId into, FrameId frame) {
    const std::vector<FrameId> parts = parts_of(frame);
    if (layers_.holds_itself(frame)) {
      log(frame, "dissolve", "it holds a module of its own class");
      fill(into, frame);
    } else if (layers_.is_stack(frame)) {
      log(frame, "dissolve", "it holds a stack of layers");
      fill(into, frame);
    } else if (kernels(frame) > kLargestLayer && !parts.empty()) {
      log(frame, "dissolve", "it is too large for one layer");
      fill(into, frame);
    } else if (parts.size() == 1 && is_wrapper(frame, parts.front()) && !is_kept(frame)) {
      log(frame, "dissolve", "it wraps one module");
      fill(into, frame);
    } else {
      fill(add_frame(into, frame, layers_.is_layer(frame) ? 2 : 1), frame);
    }
  }

  // With its part as a fusion it is a layer of its own.
  bool is_kept(FrameId frame) {
    return keep_wrappers_ && kernels(frame) <= kLargestLayer && !layers_.holds_residual(frame);
  }

  bool is_wrapper(FrameId frame, FrameId part) {
    if (kernels(part) == kernels(frame) && tree_.nodes[frame].empty()) return true;
    return layers_.is_layer(part) && kernels(part) >= kernels(frame) - 2 &&
           (!layers_.holds_residual(frame) || layers_.holds_residual(part));
  }

  void place_in_layer(RegionId into, FrameId frame) {
    const std::vector<FrameId> parts = parts_of(frame);
    int in_parts = 0;
    for (const FrameId part : parts) in_parts += kernels(part);
    if (layers_.holds_residual(frame)) {
      const std::vector<NodeId> core = core_before_residual(graph_, cover_, flow_, tree_, frame);
      if (core.empty()) {
        log(frame, "dissolve", "it holds a residual");
        fill(into, frame);
      } else {
        log(frame, "split", "it holds a residual; what comes before is the core");
        const RegionId inner = add_frame(into, frame, 1, "_core");
        split(into, inner, std::set<NodeId>(core.begin(), core.end()), frame);
      }
    } else if (parts.size() >= 2 && in_parts * 5 >= kernels(frame) * 4) {
      log(frame, "dissolve", "it contains several modules and little else");
      fill(into, frame);
    } else if (parts.size() == 1 && in_parts == kernels(frame)) {
      log(frame, "dissolve", "it wraps one module");
      fill(into, frame);
    } else {
      fill(add_frame(into, frame, 1), frame);
    }
  }

  void split(RegionId outer, RegionId inner, const std::set<NodeId>& core, FrameId frame) {
    for (const NodeId node : tree_.nodes[frame]) {
      region(core.contains(node) ? inner : outer).nodes.push_back(node);
    }
    for (const std::int32_t kernel : tree_.kernels[frame]) {
      add_kernel(core.contains(cover_.kernels[kernel].nodes.front()) ? inner : outer, kernel);
    }
    for (const FrameId child : tree_.children[frame]) split(outer, inner, core, child);
  }

  const Graph& graph_;
  const Cover& cover_;
  const Flow& flow_;
  bool keep_wrappers_;
  FrameTree tree_;
  LayerFinder layers_;
  Nesting nesting_;
};

// Children of the model that look different: what they are called and what they make.
std::size_t breadth_of(const Graph& graph, const Nesting& nesting) {
  std::set<std::pair<std::string, std::vector<std::int64_t>>> seen;
  for (const RegionId child : nesting.regions[0].children) {
    NodeId last = kNone;
    std::vector<RegionId> open{child};
    while (!open.empty()) {
      const Region& region = nesting.regions[open.back()];
      open.pop_back();
      for (const NodeId node : region.nodes) last = std::max(last, node);
      open.insert(open.end(), region.children.begin(), region.children.end());
    }
    const auto& outputs = graph.nodes[last].outputs;
    const bool known = !outputs.empty() && outputs.front() != kNone;
    seen.emplace(nesting.regions[child].operation,
                 known ? graph.values[outputs.front()].meta.sizes : std::vector<std::int64_t>{});
  }
  return seen.size();
}

}  // namespace

Nesting fold(const Graph& graph, const Cover& cover, const Flow& flow) {
  Nesting nesting = Folder(graph, cover, flow, false).fold();
  const std::size_t breadth = breadth_of(graph, nesting);
  if (breadth <= kBroadModel) return nesting;
  Nesting kept = Folder(graph, cover, flow, true).fold();
  return breadth_of(graph, kept) < breadth ? kept : nesting;
}

}  // namespace strata
