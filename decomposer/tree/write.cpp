#include "decomposer/tree/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "decomposer/tree/argument_json.h"

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

Json optional_id(std::int32_t id) { return id == kNone ? Json() : Json(id); }

Json ids(const std::vector<LocalId>& locals) {
  Json list = Json::array();
  for (const LocalId id : locals) list.push_back(optional_id(id));
  return list;
}

const char* role_name(CallRole role) {
  switch (role) {
    case CallRole::kPlumbing:
      return "plumbing";
    case CallRole::kArithmetic:
      return "arithmetic";
    case CallRole::kKernel:
      break;
  }
  return "kernel";
}

const char* kind_name(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kParameter:
      return "parameter";
    case ParameterKind::kBuffer:
      return "buffer";
    case ParameterKind::kConstant:
      break;
  }
  return "constant";
}

Json statement_json(const Statement& statement) {
  if (const auto* call = std::get_if<OperatorCall>(&statement)) {
    Json arguments = Json::array();
    for (const Argument& argument : call->arguments) arguments.push_back(argument_json(argument));
    return {{"op", call->op->qualified_name()},
            {"role", role_name(call->role)},
            {"arguments", std::move(arguments)},
            {"outputs", ids(call->outputs)}};
  }
  const auto& call = std::get<ChildCall>(statement);
  return {{"child", call.child}, {"inputs", ids(call.inputs)}, {"outputs", ids(call.outputs)}};
}

Json component_json(const Tree& tree, const Component& component) {
  Json locals = Json::array();
  for (const Local& local : component.locals) {
    locals.push_back(
        {{"name", local.name}, {"shape", local.sizes}, {"dtype", short_name(local.dtype)}});
  }
  Json parameters = Json::array();
  for (const ComponentParameter& parameter : component.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"local", parameter.local},
                          {"kind", kind_name(parameter.kind)},
                          {"strides", parameter.strides},
                          {"requires_grad", parameter.requires_grad}});
  }
  Json children = Json::array();
  for (const Child& child : component.children) {
    children.push_back(
        {{"name", child.name},
         {"index", child.index ? Json(*child.index) : Json()},
         {"component", tree.components[static_cast<std::size_t>(child.component)].name}});
  }
  Json body = Json::array();
  for (const Statement& statement : component.body) body.push_back(statement_json(statement));
  return {{"name", component.name},
          {"level", component.level},
          {"operation", component.operation},
          {"class", component.class_name},
          {"description", component.description},
          {"hash", component.hash},
          {"locals", std::move(locals)},
          {"inputs", ids(component.inputs)},
          {"outputs", ids(component.outputs)},
          {"parameters", std::move(parameters)},
          {"children", std::move(children)},
          {"body", std::move(body)}};
}

Json instance_json(const Graph& graph, const Tree& tree, const Instance& instance) {
  Json values = Json::array();
  for (const ValueId id : instance.values) {
    values.push_back(id == kNone ? Json()
                                 : Json(graph.values.at(static_cast<std::size_t>(id)).name));
  }
  Json nodes = Json::array();
  for (const NodeId id : instance.nodes)
    nodes.push_back(graph.nodes.at(static_cast<std::size_t>(id)).name);
  Json weights = Json::array();
  for (const ParameterId id : instance.weights) {
    const Parameter& parameter = graph.parameters.at(static_cast<std::size_t>(id));
    weights.push_back({{"id", id}, {"name", parameter.name}, {"slice", parameter.slice}});
  }
  return {{"component", tree.components[static_cast<std::size_t>(instance.component)].name},
          {"parent", optional_id(instance.parent)},
          {"statement", optional_id(instance.statement)},
          {"path", instance.path},
          {"original_path", instance.original_path},
          {"call", instance.call},
          {"values", std::move(values)},
          {"nodes", std::move(nodes)},
          {"weights", std::move(weights)}};
}

// The edges inside one instance: what its children hand to each other, and to and from its own
// body.
class Edges {
 public:
  Edges(const Graph& graph, const Tree& tree, Json& edges)
      : graph_(graph), tree_(tree), edges_(edges) {}

  void add_inside(InstanceId parent) {
    const Instance& instance = tree_.instances[static_cast<std::size_t>(parent)];
    const Component& component = tree_.components[static_cast<std::size_t>(instance.component)];
    std::vector<InstanceId> maker(component.locals.size(), parent);
    std::set<std::pair<InstanceId, LocalId>> to_parent;
    const auto reads_own = [&](LocalId id) {
      const InstanceId from = maker[static_cast<std::size_t>(id)];
      if (from != parent && to_parent.emplace(from, id).second)
        add(from, parent, instance, component, id);
    };
    const std::vector<InstanceId> children = children_of(tree_, parent);
    std::size_t next = 0;
    for (const Statement& statement : component.body) {
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        for (const Argument& argument : call->arguments) {
          for (const ValueRef value : tensors_in(argument)) reads_own(value.id);
        }
        continue;
      }
      const auto& call = std::get<ChildCall>(statement);
      const InstanceId child = children.at(next++);
      for (const LocalId id : call.inputs)
        add(maker[static_cast<std::size_t>(id)], child, instance, component, id);
      for (const LocalId id : call.outputs) {
        if (id != kNone) maker[static_cast<std::size_t>(id)] = child;
      }
    }
    for (const LocalId id : component.outputs) reads_own(id);
  }

 private:
  void add(InstanceId from, InstanceId to, const Instance& where, const Component& component,
           LocalId id) {
    const Local& local = component.locals[static_cast<std::size_t>(id)];
    const ValueId value = where.values.at(static_cast<std::size_t>(id));
    edges_.push_back(
        {{"from", from},
         {"to", to},
         {"tensor",
          value == kNone ? local.name : graph_.values.at(static_cast<std::size_t>(value)).name},
         {"shape", local.sizes},
         {"dtype", short_name(local.dtype)}});
  }

  const Graph& graph_;
  const Tree& tree_;
  Json& edges_;
};

// One line per element, so that the document can be read and compared without being three times as
// long.
std::string lines_of(const Json& list) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i)
    text += (i == 0 ? "\n  " : ",\n  ") + list[i].dump();
  return text + "\n ]";
}

}  // namespace

std::string tree_text(const Graph& graph, const Tree& tree) {
  // A graph that no archive holds has an empty path.
  const std::filesystem::path archive =
      graph.archive.empty() ? graph.archive : std::filesystem::absolute(graph.archive);
  const Json metadata = {{"model", graph.name},
                         {"archive", archive.lexically_normal().string()},
                         {"archive_digest", graph.archive_digest},
                         {"components", tree.components.size()},
                         {"instances", tree.instances.size()}};
  Json components = Json::array();
  for (const Component& component : tree.components)
    components.push_back(component_json(tree, component));
  Json instances = Json::array();
  Json edges = Json::array();
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    instances.push_back(instance_json(graph, tree, tree.instances[i]));
    Edges(graph, tree, edges).add_inside(static_cast<InstanceId>(i));
  }
  Json log = Json::array();
  for (const LogEntry& entry : tree.log) {
    log.push_back({{"stage", entry.stage},
                   {"subject", entry.subject},
                   {"decision", entry.decision},
                   {"reason", entry.reason}});
  }
  return fmt::format(
      "{{\n \"schema\": \"decomposition_tree/1\",\n \"metadata\": {},\n \"components\": {},\n "
      "\"instances\": {},\n"
      " \"data_flow\": {},\n \"log\": {}\n}}\n",
      metadata.dump(), lines_of(components), lines_of(instances), lines_of(edges), lines_of(log));
}

}  // namespace strata
