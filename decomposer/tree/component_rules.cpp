#include "decomposer/tree/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/tree/statement.h"

namespace strata {
namespace {

bool is_identifier(const std::string& name) {
  const auto valid = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(name, valid);
}

class ComponentRules {
 public:
  ComponentRules(const Tree& tree, std::vector<TreeViolation>& found)
      : tree_(tree), found_(found) {}

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

 private:
  void add(std::string rule, std::string subject, std::string message) {
    found_.push_back({std::move(rule), std::move(subject), std::move(message)});
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
    if (component.children.empty() && component.level < 3)
      add("T6", component.name, "a parent has no children");
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

  const Tree& tree_;
  std::vector<TreeViolation>& found_;
};

}  // namespace

void check_components(const Tree& tree, std::vector<TreeViolation>& found) {
  ComponentRules rules(tree, found);
  rules.check_components();
  for (const Component& component : tree.components) rules.check_component(component);
}

}  // namespace strata
