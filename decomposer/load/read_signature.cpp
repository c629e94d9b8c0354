#include "decomposer/load/graph_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {

void GraphBuilder::read_inputs(Level& level) {
  const auto& inputs = level.graph.inputs;
  if (inputs.size() != program_.inputs.size()) {
    level.graph.place.refuse(
        "load.signature", fmt::format("the graph's inputs follow the signature; got {} inputs and "
                                      "{} input_specs",
                                      inputs.size(), program_.inputs.size()));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) read_input(level, program_.inputs[i], inputs[i]);
}

void GraphBuilder::read_input(Level& level, const InputSpec& spec, const ProgramArgument& input) {
  const auto* tensor = std::get_if<TensorName>(&input.value);
  if (const auto* named = std::get_if<TensorName>(&spec.argument.value);
      named != nullptr && (tensor == nullptr || tensor->name != named->name)) {
    spec.place.refuse("load.signature",
                      fmt::format("the graph's inputs follow the signature; '{}' is not the input "
                                  "at this position",
                                  named->name));
  }
  switch (spec.kind) {
    case InputKind::kParameter:
      return add_parameter(level, spec, ParameterKind::kParameter);
    case InputKind::kBuffer:
      return add_parameter(level, spec, ParameterKind::kBuffer);
    case InputKind::kTensorConstant:
      return add_parameter(level, spec, ParameterKind::kConstant);
    case InputKind::kConstant: {
      log(spec.target, "constant input",
          "export fixed this argument; it is not an input of the program");
      return;
    }
    case InputKind::kCustomObject:
      spec.place.refuse(
          "load.unsupported",
          fmt::format("'{}' is a custom object; export the model without it", spec.target));
    case InputKind::kToken:
      spec.place.refuse("load.unsupported",
                        "tokens order effects of Python operators; export the model without them");
    case InputKind::kUser:
      break;
  }
  if (tensor != nullptr) {
    const ValueId value = add_value(level, tensor->name, input.place);
    graph_.inputs.push_back(value);
    graph_.input_names.emplace_back(tensor->name);
    for (const SymbolicNumber& size : level.tensors.at(tensor->name)->sizes) {
      if (!size.expression.empty()) {
        log(tensor->name,
            fmt::format("size specialised to {}",
                        std::get<std::int64_t>(hint_of(size, tensor->name))),
            fmt::format("dynamic size {}; a decomposition has concrete shapes", size.expression));
      }
    }
  } else if (const auto* number = std::get_if<ProgramNumber>(&input.value)) {
    if (const auto* symbol = std::get_if<SymbolName>(number))
      add_number(level, symbol->name, input.place);
  } else if (!std::holds_alternative<NoneArgument>(input.value) &&
             !std::holds_alternative<std::string_view>(input.value)) {
    input.place.refuse("load.unsupported", "inputs are tensors, numbers, strings or None");
  }
}

void GraphBuilder::add_parameter(Level& level, const InputSpec& spec, ParameterKind kind) {
  Parameter parameter = weights_.find(graph_, spec.target, kind, spec.persistent, spec.place);
  const auto& name = std::get<TensorName>(spec.argument.value).name;
  parameter.value = add_value(level, name, spec.place);
  Value& value = graph_.values.back();
  if (value.meta.sizes != parameter.meta.sizes || value.meta.dtype != parameter.meta.dtype) {
    spec.place.refuse(
        "load.weight",
        fmt::format("'{}' has the shape and type that the graph says; its entry in the "
                    "configuration differs",
                    spec.target));
  }
  value.meta = parameter.meta;
  graph_.parameters.push_back(std::move(parameter));
}

void GraphBuilder::add_unlisted_names() {
  for (Parameter& parameter : weights_.other_names(graph_)) {
    std::string name = "p_" + parameter.name;
    std::replace(name.begin(), name.end(), '.', '_');
    parameter.value = static_cast<ValueId>(graph_.values.size());
    graph_.values.push_back({value_names_.take(name), parameter.meta, kNone});
    graph_.parameters.push_back(std::move(parameter));
  }
}

void GraphBuilder::read_outputs(Level& level) {
  if (level.graph.outputs.size() != program_.outputs.size()) {
    level.graph.place.refuse(
        "load.signature",
        fmt::format("the graph's outputs follow the signature; got {} outputs and "
                    "{} output_specs",
                    level.graph.outputs.size(), program_.outputs.size()));
  }
  for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
    const OutputSpec& spec = program_.outputs[i];
    if (name_of(spec.argument) != name_of(level.graph.outputs[i])) {
      spec.place.refuse("load.signature",
                        "the graph's outputs follow the signature; this one has another name");
    }
    switch (spec.kind) {
      case OutputKind::kUser:
      case OutputKind::kLoss:
        graph_.outputs.push_back(as_result(read_output(spec.argument, level.scope)));
        break;
      case OutputKind::kBufferMutation:
      case OutputKind::kParameterMutation:
      case OutputKind::kUserInputMutation:
        add_mutation(spec, level);
        break;
      case OutputKind::kGradient:
        spec.place.refuse("load.unsupported",
                          "the program returns gradients; export the forward pass alone");
      case OutputKind::kToken:
        spec.place.refuse(
            "load.unsupported",
            "tokens order effects of Python operators; export the model without them");
    }
  }
}

Argument GraphBuilder::read_output(const ProgramArgument& output, const Scope& scope) {
  if (const auto* tensor = std::get_if<TensorName>(&output.value))
    return resolve(scope, tensor->name, output.place);
  if (const auto* number = std::get_if<ProgramNumber>(&output.value))
    return resolve(scope, *number, output.place);
  if (const auto* text = std::get_if<std::string_view>(&output.value)) return std::string(*text);
  if (std::holds_alternative<NoneArgument>(output.value)) return NoneArgument{};
  output.place.refuse("load.unsupported",
                      "results of the program are tensors, numbers, strings or None");
}

Argument GraphBuilder::as_result(const Argument& output) {
  const auto* value = std::get_if<ValueRef>(&output);
  if (value == nullptr || parameter_of(graph_, value->id) == kNone) return output;
  const auto [known, added] = results_.try_emplace(value->id, kNone);
  if (added) {
    known->second = add_own_node("alias", value->id, {output},
                                 "the program returns this parameter or buffer as it is");
  }
  return ValueRef{known->second};
}

ValueId GraphBuilder::add_own_node(const char* op, ValueId like, std::vector<Argument> arguments,
                                   std::string reason) {
  Node node;
  node.op = operator_schema("aten", op, "");
  Value result = graph_.values[static_cast<std::size_t>(like)];
  node.name = node_names_.take(
      fmt::format("{}{}{}", op, node.op->name.ends_with("_") ? "" : "_", result.name));
  node.arguments = std::move(arguments);
  const auto id = static_cast<ValueId>(graph_.values.size());
  node.outputs = {id};
  result.name = value_names_.take(node.name);
  result.producer = static_cast<NodeId>(graph_.nodes.size());
  graph_.values.push_back(std::move(result));
  log(node.name, "node added", std::move(reason));
  graph_.nodes.push_back(std::move(node));
  return id;
}

void GraphBuilder::add_mutation(const OutputSpec& spec, Level& level) {
  const Argument contents = read_output(spec.argument, level.scope);
  const auto* source = std::get_if<ValueRef>(&contents);
  const ValueId target = mutated_value(spec, level);
  if (source == nullptr || target == kNone) {
    spec.place.refuse(
        "load.signature",
        fmt::format("a mutation names a tensor that the program reads; got '{}'", spec.target));
  }
  add_own_node(
      "copy_", target, {ValueRef{target}, *source, false},
      fmt::format("the signature says that the program ends by updating '{}'", spec.target));
}

ValueId GraphBuilder::mutated_value(const OutputSpec& spec, const Level& level) const {
  if (spec.kind == OutputKind::kUserInputMutation) {
    const auto found = level.scope.values.find(spec.target);
    const auto* value =
        found == level.scope.values.end() ? nullptr : std::get_if<ValueRef>(&found->second);
    return value == nullptr ? kNone : value->id;
  }
  for (const Parameter& parameter : graph_.parameters) {
    if (parameter.name == spec.target) return parameter.value;
  }
  return kNone;
}

}  // namespace strata
