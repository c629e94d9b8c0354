#include <algorithm>
#include <numeric>

#include "decomposer/cover/island_names.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Sets of nodes that grow together.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void merge(std::size_t a, std::size_t b) { parent_[find(b)] = find(a); }

 private:
  std::vector<std::size_t> parent_;
};

bool is_island_node(const Draft& draft, NodeId id) {
  const Node& node = draft.node(id);
  if (!draft.is_free(id) || node.op->name == "embedding" || node.op->name == "linear") {
    return false;
  }
  return !node.outputs.empty() &&
         std::all_of(node.outputs.begin(), node.outputs.end(),
                     [&](ValueId output) { return output == kNone || draft.is_island(output); });
}

// A constant, or what is made of a parameter alone, belongs to the only compute node that reads it.
bool is_operand_of_one(const Draft& draft, const std::vector<NodeId>& nodes) {
  std::size_t constants = 0;
  for (const NodeId id : nodes) {
    if (draft.makes_parameters(id)) continue;
    if (draft.role(id) == Role::kConstant) ++constants;
    if (draft.role(id) != Role::kConstant && draft.role(id) != Role::kPlumbing) return false;
  }
  if (constants > 1) return false;
  NodeId only = kNone;
  for (const ValueId value : draft.leaving(nodes)) {
    if (draft.is_result(value)) return false;
    for (const NodeId reader : draft.readers(value)) {
      if (std::binary_search(nodes.begin(), nodes.end(), reader)) continue;
      if (only != kNone && only != reader) return false;
      only = reader;
    }
  }
  return only != kNone && draft.role(only) == Role::kCompute;
}

bool computes(const Draft& draft, const std::vector<NodeId>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) {
    return draft.role(id) == Role::kCompute || draft.role(id) == Role::kConstant;
  });
}

// One group per value that leaves: all it is made of that no earlier group holds. A group that
// reads another's inner value, or touches a storage that another writes, is one with it.
class Cones {
 public:
  Cones(const Draft& draft, const std::vector<NodeId>& nodes)
      : draft_(draft), nodes_(nodes), group_(nodes.size(), kNone), merged_(nodes.size()) {
    for (const NodeId id : nodes) {
      if (group_[place(id)] == kNone && (draft.writes(id) || some_leaves(id))) grow(id);
    }
  }

  std::vector<std::vector<NodeId>> groups() {
    std::vector<std::vector<NodeId>> found(count_);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (group_[i] != kNone) found[merged_.find(index(group_[i]))].push_back(nodes_[i]);
    }
    return found;
  }

 private:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);

  std::size_t place(NodeId id) const {
    const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), id);
    if (found == nodes_.end() || *found != id) return kOutside;
    return static_cast<std::size_t>(found - nodes_.begin());
  }

  bool leaves(ValueId value) const {
    const auto& readers = draft_.readers(value);
    return draft_.is_result(value) ||
           std::any_of(readers.begin(), readers.end(),
                       [&](NodeId reader) { return place(reader) == kOutside; });
  }

  bool some_leaves(NodeId id) const {
    const auto& outputs = draft_.node(id).outputs;
    return std::any_of(outputs.begin(), outputs.end(),
                       [&](ValueId value) { return value != kNone && leaves(value); });
  }

  void grow(NodeId from) {
    const auto mine = static_cast<std::int32_t>(count_++);
    group_[place(from)] = mine;
    std::vector<NodeId> open = {from};
    const auto visit = [&](NodeId id, bool together) {
      const std::size_t at = id == kNone ? kOutside : place(id);
      if (at == kOutside) return;
      if (group_[at] == kNone) {
        group_[at] = mine;
        open.push_back(id);
      } else if (together) {
        merged_.merge(index(mine), index(group_[at]));
      }
    };
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      for (const ValueId input : draft_.inputs(id)) {
        visit(draft_.producer(input), draft_.is_written(input) || !leaves(input));
      }
      for (const NodeId earlier : draft_.effects_before(id)) visit(earlier, true);
    }
  }

  const Draft& draft_;
  const std::vector<NodeId>& nodes_;  // ascending
  std::vector<std::int32_t> group_;   // per place in nodes_
  std::size_t count_ = 0;
  Groups merged_;
};

}  // namespace

void cover_islands(Draft& draft, const PatternIndex& patterns) {
  std::vector<std::vector<NodeId>> by_frame(draft.graph.frames.size());
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    if (is_island_node(draft, id)) by_frame[index(draft.node(id).frame)].push_back(id);
  }
  for (const auto& nodes : by_frame) {
    for (std::vector<NodeId> cone : Cones(draft, nodes).groups()) {
      std::erase_if(cone, [&](NodeId id) { return !draft.is_free(id); });
      if (cone.empty() || !computes(draft, cone) || is_operand_of_one(draft, cone)) continue;
      const std::vector<NodeId> closed = draft.closed(cone);
      const bool inside = std::all_of(closed.begin(), closed.end(), [&](NodeId id) {
        return draft.is_free(id) && std::binary_search(nodes.begin(), nodes.end(), id);
      });
      if (!inside) continue;
      const IslandName name = island_name(draft, closed, patterns);
      draft.take({name.operation, name.description, closed, {}, {}});
    }
  }
}

}  // namespace strata
