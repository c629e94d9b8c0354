#include "decomposer/tree/well_formed.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/tree/statement.h"
#include "kernels_l0/error.h"

// What is true of every Tree.
//
// Components
//   T1   The root component is the last one and has level 3; every other has level 0, 1 or 2.
//   T2   A child's component stands before its parent's and has a strictly lower level.
//   T3   Names of components are unique, valid C++ identifiers, shorter than 120 bytes.
//   T4   Names of children and parameters are unique in their component, valid, and not a local's.
//   T5   Every local has a name that is a valid C++ identifier; no input shares its name with
//   another one. T6   Kernels have a body of operator calls, and no children; parents have children
//   and own no parameters. T7   In a parent's body an operator call is plumbing or arithmetic: no
//   loose compute. T8   Every local is an input, a parameter, or made by exactly one statement, and
//   made before it is read. T9   Every output is made, or is an input; no component but the root
//   gives the same local twice. T10  A child call has one local per port of the child, of the
//   port's shape and type; absent only where unused. T11  Every child is called. Children of one
//   list have one name and different places. T12  The body reads a local only while no other local
//   has taken over its name. T13  No two components have equal hashes.
// Instances
//   T14  The root is the first instance and has no parent; every other stands after its parent.
//   T15  Every child call of every instance has exactly one instance, of the called component.
//   T16  The tables of an instance have one entry per local, operator call and parameter of its
//   component. T17  Paths are the registered names from the root; instances of one child have one
//   path and count its calls.
// With the graph
//   T18  Every node has exactly one owner, and runs the operator of the statement that it stands
//   for. T19  A local has the shape and type of the value that it stands for in every instance. T20
//   Weights have the shapes, types and strides of the parameters that they fill. T21  A parent
//   passes to its child the values that the child's inputs stand for, and takes those of its
//   outputs. T22  The root's inputs are the graph's, in order, and its outputs the graph's results.

namespace strata {
namespace {

bool is_identifier(const std::string& name) {
  const auto valid = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(name, valid);
}

class Checker {
 public:
  explicit Checker(const Tree& tree) : tree_(tree) {}

  std::vector<TreeViolation> take() { return std::move(found_); }

  // Later rules index what earlier ones check, so that a broken reference ends the search.
  bool check_tree() {
    if (tree_.components.empty() || tree_.instances.empty()) {
      add("T1", "tree", "it has no component or no instance");
      return false;
    }
    if (!check_references()) return false;
    check_components();
    for (const Component& component : tree_.components) check_component(component);
    check_instances();
    return true;
  }

  void check_graph(const Graph& graph) {
    check_owners(graph);
    for (std::size_t i = 0; i < tree_.instances.size(); ++i)
      check_against(graph, tree_.instances[i]);
    check_wiring();
    check_ends(graph);
  }

 private:
  void add(std::string rule, std::string subject, std::string message) {
    found_.push_back({std::move(rule), std::move(subject), std::move(message)});
  }

  const Component& component_of(const Instance& instance) const {
    return tree_.components[instance.component];
  }

  static const std::string& subject(const Instance& instance) {
    static const std::string kRoot = "root";
    return instance.path.empty() ? kRoot : instance.path;
  }

  // Indices that lead nowhere: T2, T8, T10, T14, T16.
  bool check_references() {
    const std::size_t before = found_.size();
    for (std::size_t i = 0; i < tree_.components.size(); ++i) {
      const Component& component = tree_.components[i];
      const auto is_local = [&](LocalId local, bool absent) {
        return (absent && local == kNone) ||
               (local >= 0 && local < static_cast<LocalId>(component.locals.size()));
      };
      const auto check = [&](const std::vector<LocalId>& locals, bool absent) {
        for (const LocalId local : locals) {
          if (!is_local(local, absent))
            add("T8", component.name, fmt::format("there is no local {}", local));
        }
      };
      check(component.inputs, false);
      check(component.outputs, false);
      for (const ComponentParameter& parameter : component.parameters)
        check({parameter.local}, false);
      for (const Child& child : component.children) {
        if (child.component < 0 || child.component >= static_cast<ComponentId>(i)) {
          add("T2", component.name, fmt::format("child '{}' does not stand before it", child.name));
        }
      }
      for (const Statement& statement : component.body) {
        check(read_by(statement), false);
        check(made_by(statement), true);
        const auto* call = std::get_if<ChildCall>(&statement);
        if (call == nullptr) continue;
        if (call->child < 0 ||
            call->child >= static_cast<std::int32_t>(component.children.size())) {
          add("T10", component.name,
              fmt::format("a call of child {}, which it does not have", call->child));
        }
      }
    }
    if (found_.size() > before) return false;
    for (std::size_t i = 0; i < tree_.instances.size(); ++i) check_reference(i);
    return found_.size() == before;
  }

  void check_reference(std::size_t place) {
    const Instance& instance = tree_.instances[place];
    if (instance.component < 0 ||
        instance.component >= static_cast<ComponentId>(tree_.components.size())) {
      add("T16", subject(instance), "it has no component");
      return;
    }
    if (place == 0) {
      if (instance.parent != kNone)
        add("T14", subject(instance), "the first instance has a parent");
      return;
    }
    if (instance.parent < 0 || instance.parent >= static_cast<InstanceId>(place)) {
      add("T14", subject(instance), "it does not stand after its parent");
      return;
    }
    const auto& body = component_of(tree_.instances[instance.parent]).body;
    const bool valid = instance.statement >= 0 &&
                       instance.statement < static_cast<std::int32_t>(body.size()) &&
                       std::holds_alternative<ChildCall>(body[instance.statement]);
    if (!valid) add("T15", subject(instance), "its parent has no such call");
  }

  void check_components() {
    std::set<std::string> names;
    std::set<std::string> hashes;
    for (std::size_t i = 0; i < tree_.components.size(); ++i) {
      const Component& component = tree_.components[i];
      const bool last = i + 1 == tree_.components.size();
      if (last != (component.level == 3) || component.level < 0 || component.level > 3) {
        add("T1", component.name,
            fmt::format("level {} at place {} of {}", component.level, i + 1,
                        tree_.components.size()));
      }
      for (const Child& child : component.children) {
        if (tree_.components[child.component].level >= component.level) {
          add("T2", component.name, fmt::format("child '{}' is not of a lower level", child.name));
        }
      }
      if (!names.insert(component.name).second)
        add("T3", component.name, "two components have this name");
      if (!is_identifier(component.name) || component.name.size() >= 120) {
        add("T3", component.name, "not a C++ identifier shorter than 120 bytes");
      }
      if (!hashes.insert(component.hash).second) {
        add("T13", component.name, "another component has the same structure");
      }
    }
  }

  void check_component(const Component& component) {
    check_members(component);
    check_kind(component);
    check_locals(component);
    check_calls(component);
    check_names_in_time(component);
  }

  void check_members(const Component& component) {
    std::set<std::string> members;
    std::set<std::string> lists;
    std::set<std::string> single;
    for (const Child& child : component.children) {
      (child.index ? lists : single).insert(child.name);
      if (!members.insert(registered_name(child)).second || !is_identifier(child.name)) {
        add("T4", component.name,
            fmt::format("child name '{}' is taken or not valid", registered_name(child)));
      }
    }
    for (const std::string& list : lists) {
      if (single.contains(list))
        add("T11", component.name, fmt::format("'{}' is a list and a single child", list));
    }
    members.insert(lists.begin(), lists.end());
    for (const ComponentParameter& parameter : component.parameters) {
      if (!members.insert(parameter.name).second || !is_identifier(parameter.name)) {
        add("T4", component.name,
            fmt::format("parameter name '{}' is taken or not valid", parameter.name));
      }
    }
    std::set<LocalId> parameters;
    for (const ComponentParameter& parameter : component.parameters)
      parameters.insert(parameter.local);
    for (std::size_t i = 0; i < component.locals.size(); ++i) {
      const std::string& name = component.locals[i].name;
      if (!is_identifier(name))
        add("T5", component.name, fmt::format("local {} has no valid name: '{}'", i, name));
      if (members.contains(name) && !parameters.contains(static_cast<LocalId>(i))) {
        add("T4", component.name, fmt::format("local '{}' has the name of a member", name));
      }
    }
    std::set<std::string> inputs;
    for (const LocalId input : component.inputs) {
      if (!inputs.insert(component.locals[input].name).second) {
        add("T5", component.name,
            fmt::format("two inputs are called '{}'", component.locals[input].name));
      }
    }
  }

  void check_kind(const Component& component) {
    if (component.level == 0) {
      const bool calls_only = std::ranges::all_of(component.body, [](const Statement& statement) {
        return std::holds_alternative<OperatorCall>(statement);
      });
      if (component.body.empty() || !component.children.empty() || !calls_only) {
        add("T6", component.name, "a kernel holds operator calls and nothing else");
      }
      return;
    }
    if (!component.parameters.empty()) add("T6", component.name, "a parent owns parameters");
    if (component.children.empty()) add("T6", component.name, "a parent has no children");
    for (const Statement& statement : component.body) {
      const auto* call = std::get_if<OperatorCall>(&statement);
      if (call != nullptr && call->role == CallRole::kKernel) {
        add("T7", component.name,
            fmt::format("{} is loose in a parent", call->op->qualified_name()));
      }
    }
  }

  void check_locals(const Component& component) {
    std::vector<int> made(component.locals.size(), 0);
    for (const LocalId local : component.inputs) ++made[local];
    for (const ComponentParameter& parameter : component.parameters) ++made[parameter.local];
    for (const Statement& statement : component.body) {
      for (const LocalId local : read_by(statement)) {
        if (made[local] == 0)
          add("T8", component.name,
              fmt::format("'{}' is read before it is made", component.locals[local].name));
      }
      for (const LocalId local : made_by(statement)) {
        if (local != kNone) ++made[local];
      }
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (made[i] != 1) {
        add("T8", component.name,
            fmt::format("'{}' is made {} times", component.locals[i].name, made[i]));
      }
    }
    std::set<LocalId> given;
    for (const LocalId local : component.outputs) {
      if (made[local] == 0)
        add("T9", component.name,
            fmt::format("output '{}' is never made", component.locals[local].name));
      if (!given.insert(local).second && component.level < 3) {
        add("T9", component.name,
            fmt::format("output '{}' is given twice", component.locals[local].name));
      }
    }
  }

  void check_calls(const Component& component) {
    std::vector<bool> called(component.children.size(), false);
    for (const Statement& statement : component.body) {
      const auto* call = std::get_if<ChildCall>(&statement);
      if (call == nullptr) continue;
      called[call->child] = true;
      const Child& child = component.children[call->child];
      const Component& callee = tree_.components[child.component];
      check_ports(component, child, call->inputs, callee, callee.inputs, false);
      check_ports(component, child, call->outputs, callee, callee.outputs, true);
    }
    for (std::size_t i = 0; i < called.size(); ++i) {
      if (!called[i])
        add("T11", component.name,
            fmt::format("child '{}' is never called", component.children[i].name));
    }
  }

  void check_ports(const Component& component, const Child& child,
                   const std::vector<LocalId>& locals, const Component& callee,
                   const std::vector<LocalId>& ports, bool may_be_absent) {
    if (locals.size() != ports.size()) {
      add("T10", component.name,
          fmt::format("child '{}' has {} ports; the call has {}", child.name, ports.size(),
                      locals.size()));
      return;
    }
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (locals[i] == kNone && may_be_absent) continue;
      const Local& here = component.locals[locals[i]];
      const Local& there = callee.locals[ports[i]];
      if (here.sizes != there.sizes || here.dtype != there.dtype) {
        add("T10", component.name,
            fmt::format("'{}' has not the shape or type of port '{}' of child '{}'", here.name,
                        there.name, child.name));
      }
    }
  }

  void check_names_in_time(const Component& component) {
    std::map<std::string, LocalId> holder;
    const auto take = [&](LocalId local) {
      if (local != kNone) holder[component.locals[local].name] = local;
    };
    const auto check = [&](LocalId local) {
      const auto found = holder.find(component.locals[local].name);
      if (found != holder.end() && found->second != local) {
        add("T12", component.name,
            fmt::format("'{}' is read after another local took its name",
                        component.locals[local].name));
      }
    };
    for (const LocalId local : component.inputs) take(local);
    for (const ComponentParameter& parameter : component.parameters) take(parameter.local);
    for (const Statement& statement : component.body) {
      for (const LocalId local : read_by(statement)) check(local);
      std::set<std::string> fresh;
      for (const LocalId local : made_by(statement)) {
        if (local != kNone && !fresh.insert(component.locals[local].name).second) {
          add("T12", component.name,
              fmt::format("one statement makes '{}' twice", component.locals[local].name));
        }
        take(local);
      }
    }
    for (const LocalId local : component.outputs) check(local);
  }

  void check_instances() {
    std::set<std::pair<InstanceId, std::int32_t>> calls;
    std::map<std::pair<InstanceId, std::int32_t>, int> counted;  // (parent, child) -> calls so far
    for (std::size_t i = 0; i < tree_.instances.size(); ++i) {
      const Instance& instance = tree_.instances[i];
      const Component& component = component_of(instance);
      const auto operators = std::ranges::count_if(component.body, [](const Statement& statement) {
        return std::holds_alternative<OperatorCall>(statement);
      });
      if (instance.values.size() != component.locals.size() ||
          instance.nodes.size() != static_cast<std::size_t>(operators) ||
          instance.weights.size() != component.parameters.size()) {
        add("T16", subject(instance),
            "its tables have not one entry per local, operator call and parameter");
      }
      if (i == 0) {
        if (instance.component + 1 != static_cast<ComponentId>(tree_.components.size())) {
          add("T14", subject(instance), "the first instance is not of the root component");
        }
        continue;
      }
      const Instance& parent = tree_.instances[instance.parent];
      const auto& call = std::get<ChildCall>(component_of(parent).body[instance.statement]);
      const Child& child = component_of(parent).children[call.child];
      if (!calls.insert({instance.parent, instance.statement}).second) {
        add("T15", subject(instance), "two instances stand for one call");
      }
      if (child.component != instance.component) {
        add("T15", subject(instance), "it is not of the component that its parent calls");
      }
      const std::string path =
          (parent.path.empty() ? "" : parent.path + ".") + registered_name(child);
      if (instance.path != path || instance.call != counted[{instance.parent, call.child}]++) {
        add("T17", subject(instance),
            fmt::format("its path is '{}' and its call {}; its parent says otherwise",
                        instance.path, instance.call));
      }
    }
    for (std::size_t i = 0; i < tree_.instances.size(); ++i) {
      const auto& body = component_of(tree_.instances[i]).body;
      for (std::size_t k = 0; k < body.size(); ++k) {
        if (!std::holds_alternative<ChildCall>(body[k])) continue;
        if (!calls.contains({static_cast<InstanceId>(i), static_cast<std::int32_t>(k)})) {
          add("T15", subject(tree_.instances[i]),
              fmt::format("statement {} calls a child that has no instance", k));
        }
      }
    }
  }

  void check_owners(const Graph& graph) {
    std::vector<int> owners(graph.nodes.size(), 0);
    for (const Instance& instance : tree_.instances) {
      std::size_t next = 0;
      for (const Statement& statement : component_of(instance).body) {
        const auto* call = std::get_if<OperatorCall>(&statement);
        if (call == nullptr || next >= instance.nodes.size()) continue;
        const NodeId node = instance.nodes[next++];
        if (node < 0 || node >= static_cast<NodeId>(owners.size())) {
          add("T18", subject(instance), fmt::format("there is no node {}", node));
          continue;
        }
        ++owners[node];
        if (graph.nodes[node].op->qualified_name() != call->op->qualified_name()) {
          add("T18", subject(instance),
              fmt::format("node '{}' runs another operator than its statement",
                          graph.nodes[node].name));
        }
      }
    }
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (owners[i] != 1)
        add("T18", graph.nodes[i].name, fmt::format("the node has {} owners", owners[i]));
    }
  }

  void check_against(const Graph& graph, const Instance& instance) {
    const Component& component = component_of(instance);
    const std::size_t locals = std::min(instance.values.size(), component.locals.size());
    for (std::size_t i = 0; i < locals; ++i) {
      const ValueId value = instance.values[i];
      const bool exists = value >= 0 && value < static_cast<ValueId>(graph.values.size());
      if (!exists || graph.values[value].meta.sizes != component.locals[i].sizes ||
          graph.values[value].meta.dtype != component.locals[i].dtype) {
        add("T19", subject(instance),
            fmt::format("local '{}' has not the shape and type of its value",
                        component.locals[i].name));
      }
    }
    const std::size_t weights = std::min(instance.weights.size(), component.parameters.size());
    for (std::size_t i = 0; i < weights; ++i) {
      const ParameterId weight = instance.weights[i];
      const ComponentParameter& parameter = component.parameters[i];
      const bool exists = weight >= 0 && weight < static_cast<ParameterId>(graph.parameters.size());
      if (!exists ||
          graph.parameters[weight].meta.sizes != component.locals[parameter.local].sizes ||
          graph.parameters[weight].meta.strides != parameter.strides ||
          graph.parameters[weight].meta.dtype != component.locals[parameter.local].dtype) {
        add("T20", subject(instance),
            fmt::format("parameter '{}' does not fit its weight", parameter.name));
      }
    }
  }

  void check_wiring() {
    for (std::size_t i = 1; i < tree_.instances.size(); ++i) {
      const Instance& instance = tree_.instances[i];
      const Instance& parent = tree_.instances[instance.parent];
      const auto& call = std::get<ChildCall>(component_of(parent).body[instance.statement]);
      const auto check = [&](const std::vector<LocalId>& outer, const std::vector<LocalId>& inner) {
        for (std::size_t k = 0; k < std::min(outer.size(), inner.size()); ++k) {
          if (outer[k] == kNone) continue;
          if (parent.values.at(outer[k]) != instance.values.at(inner[k])) {
            add("T21", subject(instance),
                fmt::format("port '{}' stands for another value in its parent",
                            component_of(instance).locals[inner[k]].name));
          }
        }
      };
      check(call.inputs, component_of(instance).inputs);
      check(call.outputs, component_of(instance).outputs);
    }
  }

  void check_ends(const Graph& graph) {
    const Instance& root = tree_.instances.front();
    const Component& component = component_of(root);
    const auto values_of = [&](const std::vector<LocalId>& locals) {
      std::vector<ValueId> values;
      for (const LocalId local : locals) values.push_back(root.values.at(local));
      return values;
    };
    std::vector<ValueId> results;
    for (const Argument& output : graph.outputs) {
      for (const ValueRef value : tensors_in(output)) results.push_back(value.id);
    }
    if (values_of(component.inputs) != graph.inputs)
      add("T22", "root", "its inputs are not the graph's");
    if (values_of(component.outputs) != results)
      add("T22", "root", "its outputs are not the graph's results");
  }

  const Tree& tree_;
  std::vector<TreeViolation> found_;
};

}  // namespace

std::vector<TreeViolation> violations_of(const Tree& tree) {
  Checker checker(tree);
  checker.check_tree();
  return checker.take();
}

std::vector<TreeViolation> violations_of(const Tree& tree, const Graph& normalised) {
  Checker checker(tree);
  if (!checker.check_tree()) return checker.take();
  std::vector<TreeViolation> found = checker.take();
  // The tables are indexed by what the tree alone says, so that they must be right before the graph
  // is looked at.
  if (std::ranges::any_of(found, [](const TreeViolation& v) { return v.rule == "T16"; }))
    return found;
  checker.check_graph(normalised);
  for (TreeViolation& violation : checker.take()) found.push_back(std::move(violation));
  return found;
}

void require_well_formed(const Tree& tree, const Graph& normalised) {
  const std::vector<TreeViolation> found = violations_of(tree, normalised);
  if (found.empty()) return;
  throw Error("tree.malformed", fmt::format("{}: {}; got {} violations, expected none (rule {} of "
                                            "decomposer/tree/well_formed.cpp); report the model",
                                            found.front().subject, found.front().message,
                                            found.size(), found.front().rule));
}

}  // namespace strata
