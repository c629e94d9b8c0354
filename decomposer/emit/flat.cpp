#include "decomposer/emit/flat.h"

#include <algorithm>
#include <set>

#include "decomposer/graph/identifier.h"

namespace strata {
namespace {

// The instances below `root`, in one order for all instances of a component: depth first, by
// statement.
void collect_below(const Tree& tree, const std::vector<std::vector<InstanceId>>& children,
                   InstanceId root, std::vector<InstanceId>& found) {
  found.push_back(root);
  for (const InstanceId child : children[static_cast<std::size_t>(root)])
    collect_below(tree, children, child, found);
}

std::vector<std::vector<InstanceId>> children_by_instance(const Tree& tree) {
  std::vector<std::vector<InstanceId>> children(tree.instances.size());
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    const InstanceId parent = tree.instances[i].parent;
    if (parent != kNone)
      children[static_cast<std::size_t>(parent)].push_back(static_cast<InstanceId>(i));
  }
  for (auto& list : children) {
    std::ranges::sort(list, {}, [&](InstanceId id) {
      return tree.instances[static_cast<std::size_t>(id)].statement;
    });
  }
  return children;
}

// All weights below an instance, in the order of collect_below.
std::vector<ParameterId> weights_below(const Tree& tree,
                                       const std::vector<std::vector<InstanceId>>& children,
                                       InstanceId root) {
  std::vector<InstanceId> below;
  collect_below(tree, children, root, below);
  std::vector<ParameterId> weights;
  for (const InstanceId id : below) {
    const auto& own = tree.instances[static_cast<std::size_t>(id)].weights;
    weights.insert(weights.end(), own.begin(), own.end());
  }
  return weights;
}

class Flattener {
 public:
  Flattener(const Tree& tree, ComponentId id) : tree_(tree), source_(component(id)) {
    const std::vector<std::vector<InstanceId>> children = children_by_instance(tree);
    for (const InstanceId instance : instances_of(tree, id))
      weights_.push_back(weights_below(tree, children, instance));
  }

  FlatComponent write() {
    Component& flat = result_.component;
    flat.level = source_.level;
    flat.name = source_.name;
    flat.operation = source_.operation;
    flat.class_name = source_.class_name;
    flat.description = source_.description;
    std::vector<LocalId> map(source_.locals.size(), kNone);
    for (const LocalId input : source_.inputs) {
      map[static_cast<std::size_t>(input)] =
          add_local(source_.locals[static_cast<std::size_t>(input)]);
      flat.inputs.push_back(map[static_cast<std::size_t>(input)]);
    }
    inline_body(source_, "", map);
    for (const LocalId output : source_.outputs)
      flat.outputs.push_back(map[static_cast<std::size_t>(output)]);
    return std::move(result_);
  }

 private:
  const Component& component(ComponentId id) const {
    return tree_.components[static_cast<std::size_t>(id)];
  }

  LocalId add_local(const Local& local) {
    result_.component.locals.push_back(local);
    return static_cast<LocalId>(result_.component.locals.size() - 1);
  }

  // The parameter for the next weight in order: a new one, or that of a weight it is tied to in
  // every instance.
  LocalId parameter(const Component& owner, const ComponentParameter& parameter,
                    const std::string& place) {
    const std::size_t position = position_++;
    for (std::size_t earlier = 0; earlier < position; ++earlier) {
      const bool tied =
          !weights_.empty() && std::ranges::all_of(weights_, [&](const auto& weights) {
            return position < weights.size() && weights[earlier] == weights[position];
          });
      if (!tied) continue;
      const std::size_t index = parameter_at_[earlier];
      auto& places = result_.places[index];
      if (std::ranges::find(places, place) == places.end()) places.push_back(place);
      parameter_at_.push_back(index);
      return result_.component.parameters[index].local;
    }
    ComponentParameter copy = parameter;
    std::string name = identifier(place);
    while (!names_.insert(name).second) name += "_";
    Local local = owner.locals[static_cast<std::size_t>(parameter.local)];
    local.name = name;
    copy.name = name;
    copy.local = add_local(local);
    parameter_at_.push_back(result_.component.parameters.size());
    result_.component.parameters.push_back(copy);
    result_.places.push_back({place});
    return copy.local;
  }

  void inline_body(const Component& from, const std::string& prefix, std::vector<LocalId>& map) {
    for (const ComponentParameter& one : from.parameters) {
      map[static_cast<std::size_t>(one.local)] = parameter(from, one, prefix + one.name);
    }
    for (const Statement& statement : from.body) {
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        inline_call(from, *call, map);
      } else {
        inline_child(from, std::get<ChildCall>(statement), prefix, map);
      }
    }
  }

  void inline_call(const Component& from, OperatorCall call, std::vector<LocalId>& map) {
    const auto mapped = [&](ValueRef value) {
      return value.present() ? ValueRef{map[static_cast<std::size_t>(value.id)]} : value;
    };
    for (Argument& argument : call.arguments) {
      if (auto* value = std::get_if<ValueRef>(&argument)) {
        *value = mapped(*value);
      } else if (auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
        for (ValueRef& value : *list) value = mapped(value);
      }
    }
    for (LocalId& output : call.outputs) {
      if (output == kNone) continue;
      map[static_cast<std::size_t>(output)] =
          add_local(from.locals[static_cast<std::size_t>(output)]);
      output = map[static_cast<std::size_t>(output)];
    }
    result_.component.body.emplace_back(std::move(call));
  }

  void inline_child(const Component& from, const ChildCall& call, const std::string& prefix,
                    std::vector<LocalId>& map) {
    const Child& child = from.children[static_cast<std::size_t>(call.child)];
    const Component& inner = component(child.component);
    std::vector<LocalId> inner_map(inner.locals.size(), kNone);
    for (std::size_t i = 0; i < inner.inputs.size(); ++i) {
      inner_map[static_cast<std::size_t>(inner.inputs[i])] =
          map[static_cast<std::size_t>(call.inputs[i])];
    }
    inline_body(inner, prefix + registered_name(child) + ".", inner_map);
    for (std::size_t i = 0; i < inner.outputs.size(); ++i) {
      if (call.outputs[i] == kNone) continue;
      map[static_cast<std::size_t>(call.outputs[i])] =
          inner_map[static_cast<std::size_t>(inner.outputs[i])];
    }
  }

  const Tree& tree_;
  const Component& source_;
  FlatComponent result_;
  std::vector<std::vector<ParameterId>>
      weights_;                            // per instance, in the order in which parameters are met
  std::vector<std::size_t> parameter_at_;  // per weight met: index of its parameter
  std::size_t position_ = 0;               // weights met
  std::set<std::string> names_;
};

}  // namespace

FlatComponent flat_component(const Tree& tree, ComponentId id) {
  return Flattener(tree, id).write();
}

}  // namespace strata
