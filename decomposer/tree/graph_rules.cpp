#include "decomposer/tree/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "decomposer/tree/statement.h"

namespace strata {
namespace {

class GraphRules {
 public:
  GraphRules(const Tree& tree, std::vector<TreeViolation>& found) : tree_(tree), found_(found) {}

  void check_owners(const Graph& graph) {
    std::vector<int> owners(graph.nodes.size(), 0);
    for (const Instance& instance : tree_.instances) {
      std::size_t next = 0;
      for (const Statement& statement : component_of(instance).body) {
        const auto* call = std::get_if<OperatorCall>(&statement);
        if (call == nullptr || next >= instance.nodes.size()) continue;
        const NodeId node = instance.nodes[next++];
        if (node < 0 || node >= static_cast<NodeId>(owners.size())) {
          add("T18", subject_of(instance), fmt::format("there is no node {}", node));
          continue;
        }
        ++owners[node];
        if (graph.nodes[node].op->qualified_name() != call->op->qualified_name()) {
          add("T18", subject_of(instance),
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
        add("T19", subject_of(instance),
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
        add("T20", subject_of(instance),
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
            add("T21", subject_of(instance),
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

void check_against_graph(const Tree& tree, const Graph& graph, std::vector<TreeViolation>& found) {
  GraphRules rules(tree, found);
  rules.check_owners(graph);
  for (const Instance& instance : tree.instances) rules.check_against(graph, instance);
  rules.check_wiring();
  rules.check_ends(graph);
}

}  // namespace strata
