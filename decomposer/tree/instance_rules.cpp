#include "decomposer/tree/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/tree/statement.h"

namespace strata {
namespace {

class InstanceRules {
 public:
  InstanceRules(const Tree& tree, std::vector<TreeViolation>& found) : tree_(tree), found_(found) {}

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
        add("T16", subject_of(instance),
            "its tables have not one entry per local, operator call and parameter");
      }
      if (i == 0) {
        if (instance.component + 1 != static_cast<ComponentId>(tree_.components.size())) {
          add("T14", subject_of(instance), "the first instance is not of the root component");
        }
        continue;
      }
      const Instance& parent = tree_.instances[instance.parent];
      const auto& call = std::get<ChildCall>(component_of(parent).body[instance.statement]);
      const Child& child = component_of(parent).children[call.child];
      if (!calls.insert({instance.parent, instance.statement}).second) {
        add("T15", subject_of(instance), "two instances stand for one call");
      }
      if (child.component != instance.component) {
        add("T15", subject_of(instance), "it is not of the component that its parent calls");
      }
      const std::string path =
          (parent.path.empty() ? "" : parent.path + ".") + registered_name(child);
      if (instance.path != path || instance.call != counted[{instance.parent, call.child}]++) {
        add("T17", subject_of(instance),
            fmt::format("its path is '{}' and its call {}; its parent says otherwise",
                        instance.path, instance.call));
      }
    }
    for (std::size_t i = 0; i < tree_.instances.size(); ++i) {
      const auto& body = component_of(tree_.instances[i]).body;
      for (std::size_t k = 0; k < body.size(); ++k) {
        if (!std::holds_alternative<ChildCall>(body[k])) continue;
        if (!calls.contains({static_cast<InstanceId>(i), static_cast<std::int32_t>(k)})) {
          add("T15", subject_of(tree_.instances[i]),
              fmt::format("statement {} calls a child that has no instance", k));
        }
      }
    }
  }

 private:
  void add(std::string rule, std::string subject, std::string message) {
    found_.push_back({std::move(rule), std::move(subject), std::move(message)});
  }

  const Component& component_of(const Instance& instance) const {
    return tree_.components[instance.component];
  }

  const Tree& tree_;
  std::vector<TreeViolation>& found_;
};

}  // namespace

void check_instances(const Tree& tree, std::vector<TreeViolation>& found) {
  InstanceRules(tree, found).check_instances();
}

std::string subject_of(const Instance& instance) {
  return instance.path.empty() ? "root" : instance.path;
}

}  // namespace strata
