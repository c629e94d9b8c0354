#include "decomposer/cover/draft.h"

#include <algorithm>
#include <map>

#include "decomposer/cover/roles.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Views that may turn out to be copies, and so read their operand when they run.
bool may_copy(const OperatorSchema& op) {
  return op.name == "reshape" || op.name == "contiguous" || op.name == "to" || op.name == "flatten";
}

}  // namespace

Draft::Draft(const Graph& graph) : graph(graph) {
  cover_.kernel_of.assign(graph.nodes.size(), kNone);
  index_values();
  index_frames();
  find_effects();
}

void Draft::index_values() {
  readers_ = readers_of(graph);
  is_result_.assign(graph.values.size(), false);
  for (const Argument& output : graph.outputs) {
    for (const ValueRef value : tensors_in(output)) is_result_[index(value.id)] = true;
  }
  parameter_.assign(graph.values.size(), kNone);
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    parameter_[index(graph.parameters[i].value)] = static_cast<ParameterId>(i);
  }
  for (const Node& node : graph.nodes) {
    auto inputs = inputs_of(node);
    std::sort(inputs.begin(), inputs.end());
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    inputs_.push_back(std::move(inputs));
    writes_.push_back(!written_by(node).empty());
  }
  ValueFacts facts = value_facts(graph, parameter_, writes_);
  cover_.roles = std::move(facts.roles);
  cover_.island = std::move(facts.island);
  of_parameters_ = std::move(facts.of_parameters);
}

void Draft::index_frames() {
  nodes_in_.resize(graph.frames.size());
  std::vector<bool> holds_nodes(graph.frames.size());
  for (NodeId id = 0; id < node_count(); ++id) {
    nodes_in_[index(node(id).frame)].push_back(id);
    for (FrameId frame = node(id).frame; frame != kNone && !holds_nodes[index(frame)];
         frame = graph.frames[index(frame)].parent) {
      holds_nodes[index(frame)] = true;
    }
  }
  is_leaf_.assign(graph.frames.size(), true);
  for (std::size_t i = 0; i < graph.frames.size(); ++i) {
    if (holds_nodes[i] && graph.frames[i].parent != kNone) {
      is_leaf_[index(graph.frames[i].parent)] = false;
    }
  }
}

// Between two writes into one storage its readers come after the first and before the second.
void Draft::find_effects() {
  effects_after_.resize(graph.nodes.size());
  effects_before_.resize(graph.nodes.size());
  const StorageGroups groups = storage_groups(graph);
  owner_ = groups.owner;
  is_external_ = external_storages(graph, groups);
  for (std::size_t i = 0; i < owner_.size(); ++i) is_external_[i] = is_external_[index(owner_[i])];
  is_written_.assign(graph.values.size(), false);
  if (std::find(writes_.begin(), writes_.end(), true) == writes_.end()) return;
  struct Touches {
    NodeId write = kNone;
    std::vector<NodeId> reads;
  };
  std::map<ValueId, Touches> touches;
  for (NodeId id = 0; id < node_count(); ++id) {
    for (const ValueId value : written_by(node(id))) touches[owner(value)];
  }
  for (std::size_t i = 0; i < owner_.size(); ++i) is_written_[i] = touches.contains(owner_[i]);
  const auto order = [&](NodeId earlier, NodeId later) {
    if (earlier == kNone || earlier == later) return;
    cover_.effects.emplace_back(earlier, later);
    effects_after_[index(earlier)].push_back(later);
    effects_before_[index(later)].push_back(earlier);
  };
  for (NodeId id = 0; id < node_count(); ++id) {
    std::vector<ValueId> written;
    for (const ValueId value : written_by(node(id))) written.push_back(owner(value));
    for (const ValueId value : inputs(id)) {
      const ValueId storage = owner(value);
      const auto found = touches.find(storage);
      if (found == touches.end()) continue;
      Touches& touch = found->second;
      if (std::find(written.begin(), written.end(), storage) != written.end()) {
        for (const NodeId read : touch.reads) order(read, id);
        if (touch.reads.empty()) order(touch.write, id);
        touch.reads.clear();
        touch.write = id;
      } else if (!node(id).op->is_view() || may_copy(*node(id).op)) {
        order(touch.write, id);
        if (touch.reads.empty() || touch.reads.back() != id) touch.reads.push_back(id);
      }
    }
  }
}

bool Draft::makes_parameters(NodeId id) const {
  const auto& outputs = node(id).outputs;
  return !outputs.empty() && std::all_of(outputs.begin(), outputs.end(), [&](ValueId output) {
    return output != kNone && of_parameters(output);
  });
}

bool Draft::lies_in(FrameId inner, FrameId outer) const {
  while (inner != kNone && inner != outer) inner = graph.frames[index(inner)].parent;
  return inner == outer;
}

FrameId Draft::frame_of(const std::vector<NodeId>& nodes) const {
  FrameId frame = node(nodes.front()).frame;
  for (const NodeId id : nodes) {
    while (!lies_in(node(id).frame, frame)) frame = graph.frames[index(frame)].parent;
  }
  return frame;
}

std::int32_t Draft::take(KernelRegion region) {
  const auto id = static_cast<std::int32_t>(cover_.kernels.size());
  std::sort(region.nodes.begin(), region.nodes.end());
  for (const NodeId node : region.nodes) cover_.kernel_of[index(node)] = id;
  cover_.kernels.push_back(std::move(region));
  return id;
}

void Draft::join(NodeId id, std::int32_t kernel) {
  auto& nodes = cover_.kernels[index(kernel)].nodes;
  nodes.insert(std::lower_bound(nodes.begin(), nodes.end(), id), id);
  cover_.kernel_of[index(id)] = kernel;
  // An operand that is made inside now gives way to what it is made of.
  KernelRegion& region = cover_.kernels[index(kernel)];
  for (std::size_t i = region.operands.size(); i-- > 0;) {
    if (producer(region.operands[i]) != id) continue;
    const auto& behind = inputs(id);
    const bool replaced = behind.size() == 1 && parameter(behind.front()) == kNone &&
                          std::find(region.operands.begin(), region.operands.end(),
                                    behind.front()) == region.operands.end();
    if (replaced) {
      region.operands[i] = behind.front();
      continue;
    }
    region.operands.erase(region.operands.begin() + static_cast<std::ptrdiff_t>(i));
    if (i < region.operand_names.size())
      region.operand_names.erase(region.operand_names.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::vector<ValueId> Draft::leaving(const std::vector<NodeId>& nodes) const {
  const auto outside = [&](NodeId reader) {
    return std::find(nodes.begin(), nodes.end(), reader) == nodes.end();
  };
  std::vector<ValueId> found;
  for (const NodeId id : nodes) {
    for (const ValueId output : node(id).outputs) {
      if (output == kNone) continue;
      const auto& read_by = readers(output);
      if (is_result(output) || std::any_of(read_by.begin(), read_by.end(), outside)) {
        found.push_back(output);
      }
    }
  }
  return found;
}

// Every node up to (or from) `limit` that data or effects lead to from these nodes, they themselves
// only when reached.
std::vector<NodeId> Draft::reached(const std::vector<NodeId>& from, bool forwards,
                                   NodeId limit) const {
  std::vector<NodeId> found;
  std::vector<NodeId> open = from;
  std::vector<bool> seen(graph.nodes.size());
  const auto visit = [&](NodeId id) {
    if (id == kNone || seen[index(id)] || (forwards ? id > limit : id < limit)) return;
    seen[index(id)] = true;
    found.push_back(id);
    open.push_back(id);
  };
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (forwards) {
      for (const ValueId output : node(id).outputs) {
        if (output == kNone) continue;
        for (const NodeId reader : readers(output)) visit(reader);
      }
      for (const NodeId later : effects_after_[index(id)]) visit(later);
    } else {
      for (const ValueId input : inputs(id)) visit(producer(input));
      for (const NodeId earlier : effects_before_[index(id)]) visit(earlier);
    }
  }
  return found;
}

std::vector<NodeId> Draft::closed(const std::vector<NodeId>& nodes) const {
  if (nodes.empty()) return {};
  const auto [first, last] = std::minmax_element(nodes.begin(), nodes.end());
  auto after = reached(nodes, true, *last);
  auto before = reached(nodes, false, *first);
  std::sort(after.begin(), after.end());
  std::sort(before.begin(), before.end());
  std::vector<NodeId> all = nodes;
  std::set_intersection(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(all));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool Draft::is_convex(const std::vector<NodeId>& nodes) const {
  return closed(nodes).size() == nodes.size();
}

void Draft::log(std::string subject, std::string decision, std::string reason) {
  cover_.log.push_back({"cover", std::move(subject), std::move(decision), std::move(reason)});
}

Cover Draft::finish() {
  std::vector<std::int32_t> order(cover_.kernels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return kernel(a).nodes.front() < kernel(b).nodes.front();
  });
  std::vector<KernelRegion> kernels;
  for (const std::int32_t id : order) {
    for (const NodeId node : kernel(id).nodes) {
      cover_.kernel_of[index(node)] = static_cast<std::int32_t>(kernels.size());
    }
    kernels.push_back(std::move(cover_.kernels[index(id)]));
  }
  cover_.kernels = std::move(kernels);
  return std::move(cover_);
}

}  // namespace strata
