#include "bindings/rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "decomposer/graph/index.h"

namespace strata {
namespace {

TensorRow row_of(const std::string& name, const TensorMeta& meta) {
  return {name, meta.sizes, std::string(short_name(meta.dtype))};
}

TensorRow row_of(const Local& local) {
  return {local.name, local.sizes, std::string(short_name(local.dtype))};
}

ComponentRow row_of(const Component& component, const Tree& tree) {
  ComponentRow row;
  row.name = component.name;
  row.level = component.level;
  row.operation = component.operation;
  row.class_name = component.class_name;
  row.description = component.description;
  row.hash = component.hash;
  for (LocalId local : component.inputs) row.inputs.push_back(row_of(component.locals[at(local)]));
  for (LocalId local : component.outputs)
    row.outputs.push_back(row_of(component.locals[at(local)]));
  for (const ComponentParameter& parameter : component.parameters) {
    row.parameters.push_back(row_of(component.locals[at(parameter.local)]));
    row.parameters.back().name = parameter.name;
  }
  for (const Child& child : component.children) {
    row.children.emplace_back(registered_name(child), tree.components[at(child.component)].name);
  }
  return row;
}

}  // namespace

std::string TensorRow::text() const {
  return fmt::format("{} {}{}{}", name, fmt::join(shape, "x"), shape.empty() ? "" : " ", dtype);
}

std::string NodeRow::text() const {
  return fmt::format("{} = {}({})", fmt::join(outputs, ", "), op, fmt::join(inputs, ", "));
}

std::string ComponentRow::text() const {
  return fmt::format("<strata.Component L{} {}, {} x>", level, name, instances);
}

std::string InstanceRow::text() const {
  return fmt::format("<strata.Instance {} of {}>", path.empty() ? "(root)" : path, component);
}

std::vector<NodeRow> node_rows(const Graph& graph) {
  std::vector<NodeRow> rows;
  for (const Node& node : graph.nodes) {
    NodeRow row{node.name, node.op->qualified_name(), graph.frames[at(node.frame)].path, {}, {}};
    for (ValueId input : inputs_of(node)) row.inputs.push_back(graph.values[at(input)].name);
    for (ValueId output : node.outputs) {
      if (output != kNone) row.outputs.push_back(graph.values[at(output)].name);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<TensorRow> input_rows(const Graph& graph) {
  std::vector<TensorRow> rows;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    rows.push_back(row_of(graph.input_names[i], graph.values[at(graph.inputs[i])].meta));
  }
  return rows;
}

std::vector<TensorRow> parameter_rows(const Graph& graph) {
  std::vector<TensorRow> rows;
  for (const Parameter& parameter : graph.parameters) {
    rows.push_back(row_of(parameter.name, parameter.meta));
  }
  return rows;
}

std::vector<ComponentRow> component_rows(const Tree& tree) {
  std::vector<ComponentRow> rows;
  for (const Component& component : tree.components) rows.push_back(row_of(component, tree));
  for (const Instance& instance : tree.instances) ++rows[at(instance.component)].instances;
  return rows;
}

std::vector<InstanceRow> instance_rows(const Tree& tree) {
  std::vector<InstanceRow> rows;
  for (const Instance& instance : tree.instances) {
    rows.push_back({tree.components[at(instance.component)].name, instance.path,
                    instance.original_path, instance.call});
  }
  return rows;
}

}  // namespace strata
