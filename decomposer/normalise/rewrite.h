#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// A graph while it is being rewritten. Node and value ids stay those of the loaded graph until
// finish().
class Rewrite {
 public:
  explicit Rewrite(const Graph& loaded);

  Graph& graph() { return graph_; }
  const Graph& graph() const { return graph_; }
  NodeId node_count() const { return static_cast<NodeId>(graph_.nodes.size()); }
  Node& node(NodeId id) { return graph_.nodes[static_cast<std::size_t>(id)]; }
  const Node& node(NodeId id) const { return graph_.nodes[static_cast<std::size_t>(id)]; }
  const TensorMeta& meta(ValueId id) const {
    return graph_.values[static_cast<std::size_t>(id)].meta;
  }
  bool removed(NodeId id) const { return removed_[static_cast<std::size_t>(id)]; }

  // Removes a node whose results nobody needs.
  void drop(NodeId id, std::string_view reason);
  // Removes a node whose only result is the same tensor as `same`; later nodes read that instead,
  // once read_through() has passed over them.
  void drop_as(NodeId id, ValueId same, std::string_view reason);
  // The same for a node with several results: one of `same` for each, or kNone.
  void drop_as(NodeId id, const std::vector<ValueId>& same, std::string_view reason);
  // Lets a node, or the program's caller, read what is left of its operands.
  void read_through(Node& node) const { read_through(node.arguments); }
  void read_through_outputs() { read_through(graph_.outputs); }
  void log(const Node& node, std::string decision, std::string reason);

  // Takes the removed nodes out and numbers the others anew. The rewrite is spent afterwards.
  Graph finish();

 private:
  ValueId resolve(ValueId value) const;
  void read_through(std::vector<Argument>& arguments) const;

  Graph graph_;
  std::vector<bool> removed_;
  std::vector<ValueId> same_as_;
};

// The argument of that name, or null when the operator has none.
const Argument* argument_named(const Node& node, std::string_view name);
// True when the argument is absent or None.
bool is_none(const Argument* argument);

}  // namespace strata
