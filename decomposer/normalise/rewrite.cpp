#include "decomposer/normalise/rewrite.h"

#include <utility>

namespace strata {

Rewrite::Rewrite(const Graph& loaded)
    : graph_(loaded), removed_(loaded.nodes.size()), same_as_(loaded.values.size(), kNone) {}

ValueId Rewrite::resolve(ValueId value) const {
  while (same_as_[static_cast<std::size_t>(value)] != kNone) {
    value = same_as_[static_cast<std::size_t>(value)];
  }
  return value;
}

void Rewrite::drop(NodeId id, std::string_view reason) {
  Node& dropped = node(id);
  removed_[static_cast<std::size_t>(id)] = true;
  graph_.dropped.push_back(
      {dropped.original, dropped.name, dropped.op->qualified_name(), std::string(reason)});
  for (const ValueId output : dropped.outputs) {
    if (output != kNone) graph_.values[static_cast<std::size_t>(output)].producer = kNone;
  }
}

void Rewrite::drop_as(NodeId id, ValueId same, std::string_view reason) {
  drop_as(id, std::vector<ValueId>{same}, reason);
}

void Rewrite::drop_as(NodeId id, const std::vector<ValueId>& same, std::string_view reason) {
  drop(id, reason);
  for (std::size_t i = 0; i < same.size(); ++i) {
    const ValueId output = node(id).outputs[i];
    if (same[i] != kNone) same_as_[static_cast<std::size_t>(output)] = resolve(same[i]);
  }
}

void Rewrite::read_through(std::vector<Argument>& arguments) const {
  for (Argument& argument : arguments) {
    if (auto* one = std::get_if<ValueRef>(&argument)) {
      if (one->present()) one->id = resolve(one->id);
    } else if (auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
      for (ValueRef& value : *list) {
        if (value.present()) value.id = resolve(value.id);
      }
    }
  }
}

void Rewrite::log(const Node& node, std::string decision, std::string reason) {
  graph_.log.push_back({"normalise", node.name, std::move(decision), std::move(reason)});
}

Graph Rewrite::finish() {
  std::vector<Node> kept;
  kept.reserve(graph_.nodes.size());
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    if (removed_[i]) continue;
    for (const ValueId output : graph_.nodes[i].outputs) {
      if (output == kNone) continue;
      graph_.values[static_cast<std::size_t>(output)].producer = static_cast<NodeId>(kept.size());
    }
    kept.push_back(std::move(graph_.nodes[i]));
  }
  graph_.nodes = std::move(kept);
  return std::move(graph_);
}

const Argument* argument_named(const Node& node, std::string_view name) {
  const int index = node.op->argument_index(name);
  return index < 0 ? nullptr : &node.arguments[static_cast<std::size_t>(index)];
}

bool is_none(const Argument* argument) {
  return argument == nullptr || std::holds_alternative<NoneArgument>(*argument);
}

}  // namespace strata
