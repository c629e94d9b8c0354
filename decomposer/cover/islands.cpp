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
  if (!draft.is_free(id) || draft.writes(id) || node.op->name == "embedding" ||
      node.op->name == "linear") {
    return false;
  }
  return !node.outputs.empty() &&
         std::all_of(node.outputs.begin(), node.outputs.end(),
                     [&](ValueId output) { return output == kNone || draft.is_island(output); });
}

// A constant that only one compute node reads belongs to that node.
bool is_operand_of_one(const Draft& draft, const std::vector<NodeId>& nodes) {
  std::size_t constants = 0;
  for (const NodeId id : nodes) {
    if (draft.role(id) == Role::kConstant) ++constants;
    if (draft.role(id) != Role::kConstant && draft.role(id) != Role::kPlumbing) return false;
  }
  if (constants != 1) return false;
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
// reads another's inner value is one with it.
std::vector<std::vector<NodeId>> cones(const Draft& draft, const std::vector<NodeId>& nodes) {
  std::vector<std::int32_t> group(draft.graph.nodes.size(), kNone);
  const auto in_set = [&](NodeId id) {
    return id != kNone && std::binary_search(nodes.begin(), nodes.end(), id);
  };
  const auto leaves = [&](ValueId value) {
    const auto& readers = draft.readers(value);
    return draft.is_result(value) || std::any_of(readers.begin(), readers.end(),
                                                 [&](NodeId reader) { return !in_set(reader); });
  };
  std::size_t count = 0;
  Groups groups(nodes.size());
  for (const NodeId id : nodes) {
    const auto& outputs = draft.node(id).outputs;
    const bool leaving = std::any_of(outputs.begin(), outputs.end(), [&](ValueId value) {
      return value != kNone && leaves(value);
    });
    if (!leaving || group[index(id)] != kNone) continue;
    const std::size_t mine = count++;
    std::vector<NodeId> open = {id};
    group[index(id)] = static_cast<std::int32_t>(mine);
    while (!open.empty()) {
      const NodeId next = open.back();
      open.pop_back();
      for (const ValueId input : draft.inputs(next)) {
        const NodeId maker = draft.producer(input);
        if (!in_set(maker)) continue;
        if (group[index(maker)] == kNone) {
          group[index(maker)] = static_cast<std::int32_t>(mine);
          open.push_back(maker);
        } else if (!leaves(input)) {
          groups.merge(mine, index(group[index(maker)]));
        }
      }
    }
  }
  std::vector<std::vector<NodeId>> found(count);
  for (const NodeId id : nodes) {
    if (group[index(id)] != kNone) found[groups.find(index(group[index(id)]))].push_back(id);
  }
  return found;
}

}  // namespace

void cover_islands(Draft& draft) {
  std::vector<std::vector<NodeId>> by_frame(draft.graph.frames.size());
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    if (is_island_node(draft, id)) by_frame[index(draft.node(id).frame)].push_back(id);
  }
  for (const auto& nodes : by_frame) {
    for (std::vector<NodeId> cone : cones(draft, nodes)) {
      std::erase_if(cone, [&](NodeId id) { return !draft.is_free(id); });
      if (!computes(draft, cone) || is_operand_of_one(draft, cone)) continue;
      const std::vector<NodeId> closed = draft.closed(cone);
      const bool inside = std::all_of(closed.begin(), closed.end(), [&](NodeId id) {
        return draft.is_free(id) && std::binary_search(nodes.begin(), nodes.end(), id);
      });
      if (!inside) continue;
      const IslandName name = island_name(draft, closed);
      draft.take({name.operation, name.description, closed, {}, {}});
    }
  }
}

}  // namespace strata
