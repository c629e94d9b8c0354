#include "decomposer/load/graph_builder.h"

#include <fmt/format.h>

#include <utility>

#include "decomposer/schema/cond.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::string_view kHigherOrderTarget = "torch.ops.higher_order.";

// The number or symbol at an input; nullptr for anything else.
const ProgramNumber* number_input(const ProgramNode& node, std::size_t index) {
  return index < node.inputs.size() ? std::get_if<ProgramNumber>(&node.inputs[index].argument.value)
                                    : nullptr;
}

// What a cond branches on: a number, or a tensor.
Argument predicate_of(const ProgramNode& node, const Scope& scope) {
  if (const auto* number = number_input(node, 0)) return resolve(scope, *number, node.place);
  const auto* tensor =
      node.inputs.empty() ? nullptr : std::get_if<TensorName>(&node.inputs[0].argument.value);
  if (tensor == nullptr)
    node.place.refuse("load.argument", "cond: its first input is a truth value or a tensor");
  return resolve(scope, tensor->name, node.inputs[0].argument.place);
}

// Appends what the argument stands for, element by element.
void flatten(const ProgramArgument& argument, const Scope& scope, std::vector<Argument>& flat) {
  if (const auto* list = std::get_if<std::vector<TensorName>>(&argument.value)) {
    for (const TensorName& item : *list) {
      flat.push_back(item.name.empty() ? Argument(NoneArgument{})
                                       : resolve(scope, item.name, argument.place));
    }
  } else if (const auto* numbers = std::get_if<std::vector<ProgramNumber>>(&argument.value)) {
    for (const ProgramNumber& number : *numbers) {
      flat.push_back(resolve(scope, number, argument.place));
    }
  } else if (const auto* tensor = std::get_if<TensorName>(&argument.value)) {
    flat.push_back(resolve(scope, tensor->name, argument.place));
  } else if (const auto* number = std::get_if<ProgramNumber>(&argument.value)) {
    flat.push_back(resolve(scope, *number, argument.place));
  } else if (std::holds_alternative<NoneArgument>(argument.value)) {
    flat.emplace_back(NoneArgument{});
  } else {
    argument.place.refuse("load.unsupported",
                          "operands and results of a body are tensors, numbers or None");
  }
}

}  // namespace

void GraphBuilder::read_higher_order(const ProgramNode& node, Level& level) {
  const std::string_view name = node.target.substr(kHigherOrderTarget.size());
  if (name == "wrap_with_set_grad_enabled") {
    inline_body(node, 1, 2, "gradient mode doesn't change what is computed", level);
  } else if (name == "wrap_with_autocast") {
    const auto* device = node.inputs.empty()
                             ? nullptr
                             : std::get_if<std::string_view>(&node.inputs[0].argument.value);
    const auto* enabled = number_input(node, 2);
    const bool off =
        enabled != nullptr && resolve(level.scope, *enabled, node.place) == Argument(false);
    const bool elsewhere = device != nullptr && *device != "cpu";
    if (!off && !elsewhere) {
      node.place.refuse("load.unsupported",
                        "wrap_with_autocast: the casts that autocast inserts are not in the "
                        "program; export the model in "
                        "its final element type, without autocast");
    }
    inline_body(node, 4, 5, off ? "autocast is off here" : "autocast is for another device", level);
  } else if (name == "cond") {
    const Argument taken = predicate_of(node, level.scope);
    if (const auto* predicate = std::get_if<ValueRef>(&taken))
      return read_cond(node, *predicate, level);
    const bool truth = taken != Argument(false) && taken != Argument(std::int64_t{0});
    inline_body(node, truth ? 1 : 2, 3, fmt::format("the condition is always {}", truth), level);
  } else {
    node.place.refuse(
        "load.unsupported",
        fmt::format("higher-order operator '{}' can't be taken apart; export the model "
                    "without it",
                    name));
  }
}

void GraphBuilder::inline_body(const ProgramNode& node, std::size_t body, std::size_t operands,
                               const std::string& reason, Level& level) {
  bind_results(node, read_body(node, body, operands, level), level);
  graph_.dropped.push_back(
      {kNone, node_names_.take(node.name), std::string(node.target), "body inlined: " + reason});
}

std::vector<Argument> GraphBuilder::read_body(const ProgramNode& node, std::size_t body,
                                              std::size_t operands, Level& level) {
  const auto* subgraph = body < node.inputs.size()
                             ? std::get_if<SubgraphArgument>(&node.inputs[body].argument.value)
                             : nullptr;
  if (subgraph == nullptr) {
    node.place.refuse("load.argument",
                      fmt::format("{} has a body as its input {}", node.target, body));
  }
  const ProgramGraph& graph = *subgraph->graph;
  Level inner(graph);
  inner.frame = frame_of(node, level);
  std::vector<Argument> actuals;
  for (std::size_t i = operands; i < node.inputs.size(); ++i) {
    flatten(node.inputs[i].argument, level.scope, actuals);
  }
  const auto& formals = graph.inputs;
  if (formals.size() != actuals.size()) {
    node.place.refuse(
        "load.argument",
        fmt::format("{} passes as many operands as its body takes; got {}, expected {}",
                    node.target, actuals.size(), formals.size()));
  }
  for (std::size_t i = 0; i < formals.size(); ++i) {
    if (const auto name = name_of(formals[i])) bind(inner, *name, actuals[i], formals[i].place);
  }
  for (const ProgramNode& child : graph.nodes) read_node(child, inner);
  std::vector<Argument> results;
  for (const ProgramArgument& output : graph.outputs) flatten(output, inner.scope, results);
  return results;
}

void GraphBuilder::read_cond(const ProgramNode& node, ValueRef predicate, Level& level) {
  const FrameId frame = frame_of(node, level);
  const auto add_part = [&](CondPart part, std::vector<Argument> arguments) {
    Node own;
    own.op = cond_operator(part);
    own.name = node_names_.take(part == CondPart::kEnd ? node.name : own.op->name);
    own.frame = frame;
    own.arguments = std::move(arguments);
    graph_.nodes.push_back(std::move(own));
  };
  const auto read_branch = [&](std::size_t body) {
    std::vector<ValueRef> results;
    for (const Argument& result : read_body(node, body, 3, level)) {
      const auto* tensor = std::get_if<ValueRef>(&result);
      if (tensor == nullptr) {
        node.place.refuse("load.unsupported",
                          "cond: what a branch on data gives are tensors; return numbers and None "
                          "outside of it");
      }
      results.push_back(*tensor);
    }
    return results;
  };
  add_part(CondPart::kThen, {predicate});
  std::vector<ValueRef> when_true = read_branch(1);
  add_part(CondPart::kElse, {predicate});
  std::vector<ValueRef> when_false = read_branch(2);
  std::vector<ValueId> outputs;
  const auto end = static_cast<NodeId>(graph_.nodes.size());
  for (const ProgramArgument& output : node.outputs) add_output(output, end, level, outputs);
  add_part(CondPart::kEnd, {predicate, std::move(when_true), std::move(when_false)});
  graph_.nodes.back().outputs = std::move(outputs);
}

void GraphBuilder::bind_results(const ProgramNode& node, const std::vector<Argument>& results,
                                Level& level) {
  std::size_t next = 0;
  const auto bind_next = [&](std::optional<std::string_view> name) {
    if (next >= results.size()) {
      node.place.refuse("load.argument",
                        fmt::format("{} has as many results as its body; got more than {}",
                                    node.target, results.size()));
    }
    if (name && !name->empty()) bind(level, *name, results[next], node.place);
    ++next;
  };
  for (const ProgramArgument& output : node.outputs) {
    if (const auto* list = std::get_if<std::vector<TensorName>>(&output.value)) {
      for (const TensorName& item : *list) bind_next(item.name);
    } else {
      bind_next(name_of(output));
    }
  }
  if (next != results.size()) {
    node.place.refuse("load.argument",
                      fmt::format("{} has as many results as its body; got {}, expected {}",
                                  node.target, next, results.size()));
  }
}

}  // namespace strata
