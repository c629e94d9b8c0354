#include "decomposer/emit/input_rules.h"

#include <algorithm>
#include <map>

namespace strata {
namespace {

using Bound = std::optional<std::int64_t>;

Bound lower(Bound a, Bound b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

const std::vector<std::int64_t>& sizes_of(const Component& component, const Argument& argument) {
  return component.locals[static_cast<std::size_t>(std::get<ValueRef>(argument).id)].sizes;
}

Bound rows(const std::vector<std::int64_t>& sizes, std::int64_t dimension) {
  const auto rank = static_cast<std::int64_t>(sizes.size());
  if (dimension < 0) dimension += rank;
  if (dimension < 0 || dimension >= rank) return std::nullopt;
  return sizes[static_cast<std::size_t>(dimension)];
}

// One more than the highest index that `local` may hold when it is read by this call.
Bound bound_of_call(const Component& component, const OperatorCall& call, LocalId local) {
  const std::string& name = call.op->name;
  const auto is_local = [&](std::size_t i) {
    return call.arguments.size() > i && call.arguments[i] == Argument{ValueRef{local}};
  };
  if (name == "embedding" && is_local(1)) return rows(sizes_of(component, call.arguments[0]), 0);
  const bool along = name == "gather" || name == "index_select" || name == "scatter" ||
                     name == "scatter_add" || name == "index_add" || name == "index_copy";
  if (along && is_local(2))
    return rows(sizes_of(component, call.arguments[0]), std::get<std::int64_t>(call.arguments[1]));
  if (name == "index" || name == "index_put" || name == "index_put_") {
    const auto& indices = std::get<std::vector<ValueRef>>(call.arguments[1]);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (indices[i].id == local)
        return rows(sizes_of(component, call.arguments[0]), static_cast<std::int64_t>(i));
    }
  }
  return std::nullopt;
}

// Results of calls that hand the numbers of their first operand on.
bool hands_on(const OperatorCall& call, LocalId local) {
  static const std::vector<std::string> kNames = {
      "clone",  "contiguous", "expand",  "flatten", "permute",   "repeat",    "reshape",
      "select", "slice",      "squeeze", "to",      "transpose", "unsqueeze", "view"};
  return std::ranges::find(kNames, call.op->name) != kNames.end() &&
         call.arguments[0] == Argument{ValueRef{local}};
}

class Bounds {
 public:
  explicit Bounds(const Tree& tree) : tree_(tree) {}

  Bound of(ComponentId id, LocalId local) {
    const auto key = std::make_pair(id, local);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    const Component& component = tree_.components[static_cast<std::size_t>(id)];
    Bound bound;
    for (const Statement& statement : component.body) {
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        bound = lower(bound, bound_of_call(component, *call, local));
        if (hands_on(*call, local) && call->outputs[0] != kNone)
          bound = lower(bound, of(id, call->outputs[0]));
      } else {
        const auto& child_call = std::get<ChildCall>(statement);
        const ComponentId child =
            component.children[static_cast<std::size_t>(child_call.child)].component;
        for (std::size_t i = 0; i < child_call.inputs.size(); ++i) {
          if (child_call.inputs[i] != local) continue;
          bound =
              lower(bound, of(child, tree_.components[static_cast<std::size_t>(child)].inputs[i]));
        }
      }
    }
    known_[key] = bound;
    return bound;
  }

 private:
  const Tree& tree_;
  std::map<std::pair<ComponentId, LocalId>, Bound> known_;
};

// The values that a kernel called a mask makes, in the whole graph.
std::vector<bool> masks(const Graph& graph, const Tree& tree) {
  std::vector<bool> found(graph.values.size(), false);
  for (const Instance& instance : tree.instances) {
    const Component& component = tree.components[static_cast<std::size_t>(instance.component)];
    if (component.level != 0 || !component.operation.ends_with("mask")) continue;
    for (const LocalId id : component.outputs) {
      const ValueId value = instance.values.at(static_cast<std::size_t>(id));
      if (value != kNone) found[static_cast<std::size_t>(value)] = true;
    }
  }
  return found;
}

}  // namespace

std::vector<std::vector<InputRule>> input_rules(
    const Graph& normalised, const Tree& tree,
    const std::vector<std::optional<IntegerRange>>& sample_ranges) {
  using Kind = InputRule::Kind;
  Bounds bounds(tree);
  const std::vector<bool> is_mask = masks(normalised, tree);
  std::vector<std::vector<InputRule>> rules(tree.components.size());
  for (std::size_t c = 0; c < tree.components.size(); ++c) {
    const Component& component = tree.components[c];
    const auto id = static_cast<ComponentId>(c);
    const auto first = std::ranges::find(tree.instances, id, &Instance::component);
    for (const LocalId input : component.inputs) {
      const Local& local = component.locals[static_cast<std::size_t>(input)];
      const ValueId value =
          first == tree.instances.end() ? kNone : first->values.at(static_cast<std::size_t>(input));
      if (is_floating(local.dtype) || is_complex(local.dtype)) {
        const bool mask = value != kNone && is_mask[static_cast<std::size_t>(value)];
        rules[c].push_back({mask ? Kind::kZeros : Kind::kNormal});
        continue;
      }
      InputRule rule{Kind::kIntegers, 0, 2};
      const auto sample = std::ranges::find(normalised.inputs, value);
      const auto place = static_cast<std::size_t>(sample - normalised.inputs.begin());
      if (const Bound bound = bounds.of(id, input)) {
        rule.high = *bound;
      } else if (place < sample_ranges.size() && sample_ranges[place]) {
        rule.low = sample_ranges[place]->lowest;
        rule.high = sample_ranges[place]->highest + 1;
      }
      if (local.dtype == ScalarType::kBool) rule = {Kind::kIntegers, 0, 2};
      rules[c].push_back(rule);
    }
  }
  return rules;
}

}  // namespace strata
