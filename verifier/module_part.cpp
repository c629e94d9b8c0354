#include "verifier/module_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/nearest.h"

namespace strata {
namespace {

[[noreturn]] void refuse(const Graph& graph, const std::string& path) {
  std::vector<std::string> known;
  for (const Frame& frame : graph.frames) {
    if (frame.path.empty() || std::ranges::find(known, frame.path) != known.end()) continue;
    known.push_back(frame.path);
  }
  throw Error("original.module",
              fmt::format("{}: must be the path of a module that computes something; got none; {}",
                          path, nearest(path, known)));
}

// Which frames belong to the first call of the module.
std::vector<bool> frames_of(const Graph& graph, const std::string& path) {
  std::vector<bool> inside(graph.frames.size(), false);
  for (std::size_t i = 0; i < graph.frames.size(); ++i) {
    const Frame& frame = graph.frames[i];
    const bool is_top = frame.path == path && frame.call == 0;
    inside[i] = is_top || (frame.parent != kNone && inside[at(frame.parent)]);
  }
  return inside;
}

}  // namespace

GraphPart module_part(const Graph& graph, const std::string& path) {
  if (path.empty()) {
    GraphPart part = whole(graph);
    std::vector<ValueId> tensors;  // a component returns no constants
    for (const Argument& output : graph.outputs) {
      for (ValueRef value : tensors_in(output)) tensors.push_back(value.id);
    }
    return part_of(std::move(part.nodes), std::move(part.inputs), tensors);
  }
  const std::vector<bool> inside = frames_of(graph, path);
  std::set<ValueId> made;
  std::set<ValueId> read_outside;
  std::vector<NodeId> nodes;
  std::vector<ValueId> inputs;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (!inside[at(node.frame)]) {
      for (ValueId value : inputs_of(node)) read_outside.insert(value);
      continue;
    }
    nodes.push_back(static_cast<NodeId>(i));
    for (ValueId value : inputs_of(node)) {
      const bool known = made.contains(value) || std::ranges::find(inputs, value) != inputs.end();
      if (!known && parameter_of(graph, value) == kNone) inputs.push_back(value);
    }
    made.insert(node.outputs.begin(), node.outputs.end());
  }
  if (nodes.empty()) refuse(graph, path);
  for (const Argument& output : graph.outputs) {
    for (ValueRef value : tensors_in(output)) read_outside.insert(value.id);
  }
  std::vector<ValueId> outputs;
  for (NodeId id : nodes) {
    for (ValueId value : graph.nodes[at(id)].outputs) {
      if (value != kNone && read_outside.contains(value)) outputs.push_back(value);
    }
  }
  return part_of(std::move(nodes), std::move(inputs), outputs);
}

}  // namespace strata
