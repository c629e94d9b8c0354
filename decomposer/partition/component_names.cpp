#include "decomposer/partition/component_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "decomposer/graph/identifier.h"
#include "decomposer/partition/attribute_text.h"

namespace strata {
namespace {

constexpr std::size_t kLongest = 119;

std::string shape_of(const Local& local) {
  return local.sizes.empty() ? "scalar" : fmt::format("{}", fmt::join(local.sizes, "x"));
}

// The type that the component computes in: the first floating type among parameters, results and
// inputs, or else that of the first result.
ScalarType principal_type(const Component& component) {
  std::vector<LocalId> order;
  for (const ComponentParameter& parameter : component.parameters) order.push_back(parameter.local);
  order.insert(order.end(), component.outputs.begin(), component.outputs.end());
  order.insert(order.end(), component.inputs.begin(), component.inputs.end());
  for (const LocalId local : order) {
    const ScalarType type = component.locals[local].dtype;
    if (is_floating(type) || is_complex(type)) return type;
  }
  const LocalId first =
      component.outputs.empty() ? component.inputs.front() : component.outputs.front();
  return component.locals[first].dtype;
}

std::string kernel_name(const Component& component) {
  std::string name = component.operation;
  std::vector<LocalId> shapes = component.inputs;
  for (const ComponentParameter& parameter : component.parameters)
    shapes.push_back(parameter.local);
  if (shapes.empty()) shapes = component.outputs;
  for (const LocalId local : shapes) name += "_" + shape_of(component.locals[local]);
  for (const std::string& attribute : attributes_of(component)) name += "_" + attribute;
  const ScalarType type = principal_type(component);
  name += fmt::format("_{}", short_name(type));
  for (const LocalId output : component.outputs) {
    const ScalarType result = component.locals[output].dtype;
    if (result != type && !component.inputs.empty()) {
      name += fmt::format("_to_{}", short_name(result));
      break;
    }
  }
  return name;
}

// What a parent could be called, shortest first.
std::vector<std::string> parent_names(const Component& component) {
  const std::vector<LocalId> shapes =
      component.inputs.empty() ? component.outputs : component.inputs;
  const std::string type = fmt::format("_{}", short_name(principal_type(component)));
  const std::string main = component.operation + "_" + shape_of(component.locals[shapes.front()]);
  std::vector<std::string> names{main + type};
  const Local& result = component.locals[component.outputs.front()];
  if (result.sizes != component.locals[shapes.front()].sizes) {
    names.push_back(main + "_to_" + shape_of(result) + type);
  }
  std::string all = component.operation;
  for (const LocalId local : shapes) all += "_" + shape_of(component.locals[local]);
  if (shapes.size() > 1) names.push_back(all + type);
  return names;
}

// The operations of a component and of all below it.
void add_operations(const Tree& tree, const Component& component, std::set<std::string>& found) {
  for (const Child& child : component.children) {
    const Component& part = tree.components[child.component];
    found.insert(part.operation);
    add_operations(tree, part, found);
  }
}

// What a parent is called when another has its name: `layer_with_roll`, `layer_without_layer_norm`,
// by what one has and the other has not, when that is little.
std::vector<std::string> telling_names(const Tree& tree, const Component& component,
                                       const Component& other) {
  std::set<std::string> mine;
  std::set<std::string> theirs;
  add_operations(tree, component, mine);
  add_operations(tree, other, theirs);
  std::vector<std::string> more;
  std::vector<std::string> less;
  std::ranges::set_difference(mine, theirs, std::back_inserter(more));
  std::ranges::set_difference(theirs, mine, std::back_inserter(less));
  std::string operation = component.operation;
  if (!more.empty() && more.size() <= 2) {
    operation += fmt::format("_with_{}", fmt::join(more, "_"));
  } else if (!less.empty() && less.size() <= 2) {
    operation += fmt::format("_without_{}", fmt::join(less, "_"));
  } else {
    return {};
  }
  Component named = component;
  named.operation = operation;
  return parent_names(named);
}

std::string fitted(const std::string& name, const std::string& hash) {
  const std::string valid = identifier(name);
  if (valid.size() <= kLongest) return valid;
  return valid.substr(0, kLongest - 9) + "_" + hash.substr(0, 8);
}

}  // namespace

void name_components(Tree& tree) {
  std::map<std::string, const Component*> taken;
  for (Component& component : tree.components) {
    std::vector<std::string> choices = component.level == 0
                                           ? std::vector<std::string>{kernel_name(component)}
                                           : parent_names(component);
    if (component.level == 0 && !component.inputs.empty() && !component.outputs.empty()) {
      choices.push_back(choices.front() + "_to_" +
                        shape_of(component.locals[component.outputs.front()]));
    }
    const auto holder = taken.find(fitted(choices.front(), component.hash));
    if (component.level > 0 && holder != taken.end()) {
      const auto telling = telling_names(tree, component, *holder->second);
      choices.insert(choices.end(), telling.begin(), telling.end());
    }
    choices.push_back(choices.front() + "_" + component.hash.substr(0, 6));
    for (const std::string& choice : choices) {
      component.name = fitted(choice, component.hash);
      if (taken.emplace(component.name, &component).second) break;
    }
  }
}

}  // namespace strata
