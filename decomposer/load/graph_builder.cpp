#include "decomposer/load/graph_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "decomposer/load/out_variant.h"
#include "decomposer/load/symbolic_arithmetic.h"
#include "decomposer/load/tied_weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::string_view kOperators = "torch.ops.";
constexpr std::string_view kHigherOrder = "torch.ops.higher_order.";

// A number as people write it.
std::string as_text(const Argument& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return "None";
}

}  // namespace

std::string UniqueNames::take(std::string_view wanted) {
  std::string name(wanted);
  auto& tried = taken_.try_emplace(name, -1).first->second;
  if (tried < 0) {
    tried = 0;
    return name;
  }
  do {
    name = fmt::format("{}_{}", wanted, ++tried);
  } while (!taken_.try_emplace(name, 0).second);
  return name;
}

GraphBuilder::Level::Level(const ProgramGraph& from) : graph(from) {
  for (const auto& [name, meta] : graph.tensors) tensors.emplace(name, &meta);
  for (const auto& [name, number] : graph.numbers) numbers.emplace(name, &number);
}

Graph GraphBuilder::build() {
  Level level(program_.graph);
  read_inputs(level);
  for (const ProgramNode& node : level.graph.nodes) read_node(node, level);
  read_outputs(level);
  add_unlisted_names();
  graph_.frames = frames_.take();
  fill_missing_frames(graph_);
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
    graph_.nodes[i].original = static_cast<NodeId>(i);
  read_tied_weights_by_owner(graph_);
  return std::move(graph_);
}

void GraphBuilder::bind(Level& level, std::string_view name, Argument value, JsonValue place) {
  if (!level.scope.values.emplace(name, std::move(value)).second) {
    place.refuse("load.redefined_value",
                 fmt::format("a value is defined once; got '{}' twice", name));
  }
}

ValueId GraphBuilder::add_value(Level& level, std::string_view name, JsonValue place) {
  const auto meta = level.tensors.find(name);
  if (meta == level.tensors.end()) {
    place.refuse("load.undefined_value",
                 fmt::format("tensor '{}' has no entry in tensor_values", name));
  }
  const auto id = static_cast<ValueId>(graph_.values.size());
  bind(level, name, ValueRef{id}, place);
  graph_.values.push_back({value_names_.take(name), concrete_meta(*meta->second), kNone});
  return id;
}

void GraphBuilder::add_number(Level& level, std::string_view name, JsonValue place,
                              const std::optional<Argument>& computed) {
  const auto number = level.numbers.find(name);
  if (number == level.numbers.end()) {
    place.refuse("load.undefined_value",
                 fmt::format("number '{}' has no entry in the graph's symbolic values", name));
  }
  if (!computed && !number->second->hint) {
    level.scope.unknown.emplace(name, number->second);
    return;
  }
  Argument value = computed && !number->second->hint ? *computed : hint_of(*number->second, name);
  if (computed && value != *computed) {
    number->second->place.refuse("load.hint",
                                 fmt::format("'{}' is computed as {}; its hint says {}", name,
                                             as_text(*computed), as_text(value)));
  }
  log(name, "specialised to " + as_text(value),
      fmt::format("symbolic number {}; a decomposition has concrete shapes",
                  number->second->expression));
  bind(level, name, std::move(value), place);
}

void GraphBuilder::log(std::string_view subject, std::string decision, std::string reason) {
  graph_.log.push_back({"load", std::string(subject), std::move(decision), std::move(reason)});
}

FrameId GraphBuilder::frame_of(const ProgramNode& node, const Level& level) {
  try {
    const FrameId frame = frames_.frame_of(node.module_stack);
    return frame == kNone ? level.frame : frame;
  } catch (const Error& error) {
    node.place.member("metadata").refuse(error.id(), error.what());
  }
}

void GraphBuilder::read_node(const ProgramNode& node, Level& level) {
  if (node.target.starts_with(kHigherOrder)) return read_higher_order(node, level);
  if (computes_numbers(node)) return specialise(node, level);
  if (asserts_unknown(node, level)) {
    return drop(node, "asserts something of a number that depends on the data");
  }
  if (!node.target.starts_with(kOperators)) {
    node.place.refuse("schema.unknown_operator",
                      fmt::format("'{}' is no operator of LibTorch and computes no number; "
                                  "export the model without it",
                                  node.target));
  }
  Node result;
  result.op = operator_of(node);
  result.name = node_names_.take(node.name.empty() ? std::string_view(result.op->name) : node.name);
  result.frame = frame_of(node, level);
  result.arguments = read_arguments(node, *result.op, level);
  const auto id = static_cast<NodeId>(graph_.nodes.size());
  for (const ProgramArgument& output : node.outputs) add_output(output, id, level, result.outputs);
  graph_.nodes.push_back(std::move(result));
  copy_into_out(node, level);
}

void GraphBuilder::copy_into_out(const ProgramNode& node, Level& level) {
  Node& made = graph_.nodes.back();
  const auto plain = without_out(*made.op);
  const auto* given = plain == nullptr ? nullptr : std::get_if<ValueRef>(&made.arguments.back());
  if (given == nullptr || made.outputs.size() != 1 || made.outputs[0] == kNone) return;
  const ValueRef out = *given;
  const auto dtype_of = [&](ValueId value) {
    return graph_.values[static_cast<std::size_t>(value)].meta.dtype;
  };
  // Of other operands the result would have another type.
  const auto inputs = inputs_of(made);
  if (std::ranges::any_of(inputs,
                          [&](ValueId value) { return dtype_of(value) != dtype_of(out.id); }))
    return;
  const FrameId frame = made.frame;
  const ValueRef result{made.outputs[0]};
  made.op = plain;
  made.arguments.pop_back();
  const ValueId copy = add_own_node("copy_", out.id, {out, result, false},
                                    "a result that is written into a given tensor is copied there");
  graph_.nodes.back().frame = frame;
  if (const auto name = name_of(node.outputs[0])) level.scope.values[*name] = ValueRef{copy};
}

std::shared_ptr<const OperatorSchema> GraphBuilder::operator_of(const ProgramNode& node) {
  auto& schema = operators_[node.target];
  if (schema != nullptr) return schema;
  const std::string_view name = node.target.substr(kOperators.size());
  const std::size_t first = name.find('.');
  const std::size_t last = name.rfind('.');
  if (first == std::string_view::npos || first == last) {
    node.place.refuse("schema.unknown_operator",
                      fmt::format("'{}' reads torch.ops.NAMESPACE.NAME.OVERLOAD", node.target));
  }
  const std::string_view overload = name.substr(last + 1);
  try {
    schema = operator_schema(std::string(name.substr(0, first)),
                             std::string(name.substr(first + 1, last - first - 1)),
                             overload == "default" ? "" : std::string(overload));
  } catch (const Error& error) {
    throw Error(error.id(), std::string(error.what()).substr(error.id().size() + 3),
                node.place.where());
  }
  return schema;
}

std::vector<Argument> GraphBuilder::read_arguments(const ProgramNode& node,
                                                   const OperatorSchema& op, const Level& level) {
  std::vector<const ProgramArgument*> given(op.arguments.size());
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const ProgramInput& input = node.inputs[i];
    const int index = input.name.empty() ? static_cast<int>(i) : op.argument_index(input.name);
    if (index < 0 || static_cast<std::size_t>(index) >= given.size()) {
      input.argument.place.refuse(
          "load.argument", fmt::format("{} has no argument '{}'", op.qualified_name(), input.name));
    }
    auto& slot = given[static_cast<std::size_t>(index)];
    if (slot != nullptr) {
      input.argument.place.refuse(
          "load.argument", fmt::format("{} gets '{}' twice", op.qualified_name(), input.name));
    }
    slot = &input.argument;
  }
  std::vector<Argument> arguments;
  arguments.reserve(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const SchemaArgument& expected = op.arguments[i];
    if (given[i] != nullptr) {
      arguments.push_back(coerce_argument(*given[i], expected, level.scope));
    } else if (expected.has_default) {
      arguments.push_back(expected.default_value);
    } else {
      node.place.refuse("load.argument", fmt::format("{} needs argument '{}', which has no default",
                                                     op.qualified_name(), expected.name));
    }
  }
  return arguments;
}

void GraphBuilder::add_output(const ProgramArgument& output, NodeId producer, Level& level,
                              std::vector<ValueId>& outputs) {
  const auto add_tensor = [&](std::string_view name) {
    const ValueId value = add_value(level, name, output.place);
    graph_.values.back().producer = producer;
    outputs.push_back(value);
  };
  if (const auto* tensor = std::get_if<TensorName>(&output.value)) {
    add_tensor(tensor->name);
  } else if (const auto* list = std::get_if<std::vector<TensorName>>(&output.value)) {
    for (const TensorName& item : *list) {
      if (item.name.empty()) {
        outputs.push_back(kNone);
      } else {
        add_tensor(item.name);
      }
    }
  } else if (const auto* number = std::get_if<ProgramNumber>(&output.value)) {
    if (const auto* symbol = std::get_if<SymbolName>(number))
      add_number(level, symbol->name, output.place);
    outputs.push_back(kNone);
  } else if (std::holds_alternative<NoneArgument>(output.value)) {
    outputs.push_back(kNone);
  } else {
    output.place.refuse("load.unsupported",
                        "results are tensors, lists of tensors, numbers or None");
  }
}

bool GraphBuilder::computes_numbers(const ProgramNode& node) {
  for (const ProgramArgument& output : node.outputs) {
    const auto* number = std::get_if<ProgramNumber>(&output.value);
    if (number == nullptr || !std::holds_alternative<SymbolName>(*number)) return false;
  }
  return !node.outputs.empty();
}

bool GraphBuilder::asserts_unknown(const ProgramNode& node, const Level& level) {
  return node.outputs.empty() && std::ranges::any_of(node.inputs, [&](const ProgramInput& input) {
           return level.scope.is_unknown(input.argument);
         });
}

void GraphBuilder::drop(const ProgramNode& node, std::string reason) {
  graph_.dropped.push_back(
      {kNone, node_names_.take(node.name), std::string(node.target), std::move(reason)});
}

void GraphBuilder::specialise(const ProgramNode& node, Level& level) {
  std::vector<Argument> operands;
  for (const ProgramInput& input : node.inputs) {
    const auto* number = std::get_if<ProgramNumber>(&input.argument.value);
    const bool known = number != nullptr && !level.scope.is_unknown(input.argument);
    operands.push_back(known ? resolve(level.scope, *number, input.argument.place)
                             : Argument(NoneArgument{}));
  }
  for (const ProgramArgument& output : node.outputs) {
    add_number(level, std::get<SymbolName>(std::get<ProgramNumber>(output.value)).name,
               output.place, evaluate_symbolic(node.target, operands));
  }
  const bool unknown = std::ranges::any_of(
      node.outputs, [&](const ProgramArgument& output) { return level.scope.is_unknown(output); });
  drop(node, unknown ? "computes a number that only assertions read"
                     : "computes a number that is specialised");
}

std::optional<std::string_view> name_of(const ProgramArgument& argument) {
  if (const auto* tensor = std::get_if<TensorName>(&argument.value)) return tensor->name;
  if (const auto* number = std::get_if<ProgramNumber>(&argument.value)) {
    if (const auto* symbol = std::get_if<SymbolName>(number)) return symbol->name;
  }
  return std::nullopt;
}

}  // namespace strata
