#include "decomposer/tree/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "decomposer/tree/statement.h"

namespace strata {
namespace {

class ReferenceRules {
 public:
  ReferenceRules(const Tree& tree, std::vector<TreeViolation>& found)
      : tree_(tree), found_(found) {}

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

 private:
  void add(std::string rule, std::string subject, std::string message) {
    found_.push_back({std::move(rule), std::move(subject), std::move(message)});
  }

  void check_reference(std::size_t place) {
    const Instance& instance = tree_.instances[place];
    if (instance.component < 0 ||
        instance.component >= static_cast<ComponentId>(tree_.components.size())) {
      add("T16", subject_of(instance), "it has no component");
      return;
    }
    if (place == 0) {
      if (instance.parent != kNone)
        add("T14", subject_of(instance), "the first instance has a parent");
      return;
    }
    if (instance.parent < 0 || instance.parent >= static_cast<InstanceId>(place)) {
      add("T14", subject_of(instance), "it does not stand after its parent");
      return;
    }
    const auto& body = component_of(tree_.instances[instance.parent]).body;
    const bool valid = instance.statement >= 0 &&
                       instance.statement < static_cast<std::int32_t>(body.size()) &&
                       std::holds_alternative<ChildCall>(body[instance.statement]);
    if (!valid) add("T15", subject_of(instance), "its parent has no such call");
  }

  const Component& component_of(const Instance& instance) const {
    return tree_.components[instance.component];
  }

  const Tree& tree_;
  std::vector<TreeViolation>& found_;
};

}  // namespace

bool check_references(const Tree& tree, std::vector<TreeViolation>& found) {
  return ReferenceRules(tree, found).check_references();
}

}  // namespace strata
