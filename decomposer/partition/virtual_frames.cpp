#include "decomposer/partition/virtual_frames.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace strata {
namespace {

// One item of a list of lists: child frames of one parent that share the start `layers.0` of their
// paths.
struct Item {
  FrameId parent = kNone;
  std::string path;
  std::vector<FrameId> frames;
  NodeId first = kNone;
  NodeId last = kNone;          // of its own modules
  std::vector<NodeId> between;  // the parent's nodes among its modules
  std::vector<NodeId> after;    // the parent's nodes from there to the next module
};

bool is_number(const std::string& text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "layers.0" of "layers.0.1.fn" below "", or "" when no number stands before the path's end.
std::string numbered_start(const std::string& path, const std::string& outer) {
  std::size_t start = outer.empty() ? 0 : outer.size() + 1;
  if (!outer.empty() && !path.starts_with(outer + ".")) return "";
  while (start < path.size()) {
    const std::size_t dot = path.find('.', start);
    if (dot == std::string::npos) return "";
    if (is_number(path.substr(start, dot - start))) return path.substr(0, dot);
    start = dot + 1;
  }
  return "";
}

std::map<std::string, Item> items_below(const Graph& graph, FrameId parent,
                                        const std::vector<FrameId>& children) {
  std::map<std::string, Item> items;
  for (const FrameId child : children) {
    if (graph.frames[child].call > 0) return {};
    const std::string path = numbered_start(graph.frames[child].path, graph.frames[parent].path);
    if (path.empty()) continue;
    Item& item = items[path];
    item.parent = parent;
    item.path = path;
    item.frames.push_back(child);
  }
  for (const FrameId child : children) items.erase(graph.frames[child].path);
  std::erase_if(items, [](const auto& entry) { return entry.second.frames.size() < 2; });
  return items;
}

// The lists' names and how many items each has: "layers" -> 3.
std::map<std::string, std::vector<Item*>> lists_of(std::map<std::string, Item>& items) {
  std::map<std::string, std::vector<Item*>> lists;
  for (auto& [path, item] : items) lists[path.substr(0, path.rfind('.'))].push_back(&item);
  std::erase_if(lists, [](const auto& entry) { return entry.second.size() < 2; });
  return lists;
}

// Finds which nodes of the parent belong to each item. `child_of[node]`: the parent's child frame
// that holds the node.
void place_nodes(const Graph& graph, const std::vector<FrameId>& child_of,
                 std::vector<Item*>& list) {
  for (Item* item : list) {
    std::vector<NodeId> waiting;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const auto node = static_cast<NodeId>(i);
      const bool own = graph.nodes[i].frame == item->parent;
      if (std::ranges::find(item->frames, child_of[i]) != item->frames.end()) {
        if (item->first == kNone) item->first = node;
        item->last = node;
        item->between.insert(item->between.end(), waiting.begin(), waiting.end());
        waiting.clear();
      } else if (item->first != kNone) {
        if (!own) break;
        waiting.push_back(node);
      }
    }
    item->after = waiting;
  }
  // After its last module an item keeps only what all items do there.
  std::size_t common = list.front()->after.size();
  for (const Item* item : list) {
    std::size_t same = 0;
    while (same < common && same < item->after.size() &&
           graph.nodes[item->after[same]].op == graph.nodes[list.front()->after[same]].op) {
      ++same;
    }
    common = same;
  }
  for (Item* item : list) item->after.resize(std::min(common, item->after.size()));
}

void add_frame(Graph& graph, const Item& item) {
  Frame frame;
  frame.parent = item.parent;
  frame.path = item.path;
  frame.key = item.path;
  const auto id = static_cast<FrameId>(graph.frames.size());
  graph.frames.push_back(std::move(frame));
  for (const FrameId child : item.frames) graph.frames[child].parent = id;
  for (const NodeId node : item.between) graph.nodes[node].frame = id;
  for (const NodeId node : item.after) graph.nodes[node].frame = id;
  graph.log.push_back({"fold", item.path, "make a frame", "an item of a list of lists"});
}

// Parents before children again.
void sort_frames(Graph& graph) {
  std::vector<std::vector<FrameId>> children(graph.frames.size());
  for (std::size_t i = 1; i < graph.frames.size(); ++i) {
    children[graph.frames[i].parent].push_back(static_cast<FrameId>(i));
  }
  std::vector<FrameId> order{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    order.insert(order.end(), children[order[i]].begin(), children[order[i]].end());
  }
  std::vector<FrameId> place(graph.frames.size(), kNone);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<FrameId>(i);
  std::vector<Frame> sorted;
  for (const FrameId frame : order) {
    sorted.push_back(graph.frames[frame]);
    if (sorted.back().parent != kNone) sorted.back().parent = place[sorted.back().parent];
  }
  graph.frames = std::move(sorted);
  for (Node& node : graph.nodes) node.frame = place[node.frame];
}

// For every node the child of `parent` that holds it; kNone for the parent's own nodes and those
// outside.
std::vector<FrameId> children_holding(const Graph& graph, FrameId parent) {
  std::vector<FrameId> holder(graph.frames.size(), kNone);
  for (std::size_t i = 1; i < graph.frames.size(); ++i) {
    const FrameId up = graph.frames[i].parent;
    holder[i] = up == parent ? static_cast<FrameId>(i) : holder[up];
  }
  std::vector<FrameId> found;
  for (const Node& node : graph.nodes) found.push_back(holder[node.frame]);
  return found;
}

}  // namespace

std::optional<Graph> with_virtual_frames(const Graph& graph) {
  std::vector<std::vector<FrameId>> children(graph.frames.size());
  for (std::size_t i = 1; i < graph.frames.size(); ++i) {
    children[graph.frames[i].parent].push_back(static_cast<FrameId>(i));
  }
  std::optional<Graph> changed;
  for (std::size_t parent = 0; parent < children.size(); ++parent) {
    auto items = items_below(graph, static_cast<FrameId>(parent), children[parent]);
    auto lists = lists_of(items);
    if (lists.empty()) continue;
    if (!changed) changed = graph;
    const std::vector<FrameId> child_of = children_holding(graph, static_cast<FrameId>(parent));
    for (auto& [name, list] : lists) {
      place_nodes(graph, child_of, list);
      for (const Item* item : list) {
        if (item->first != kNone) add_frame(*changed, *item);
      }
    }
  }
  if (changed) sort_frames(*changed);
  return changed;
}

}  // namespace strata
