#include "tests/decomposer/emit/component_builder.h"

#include <utility>

namespace strata {

ComponentBuilder::ComponentBuilder(int level, std::string operation, std::string name) {
  component_.level = level;
  component_.operation = std::move(operation);
  component_.name = std::move(name);
  component_.hash = component_.name;
}

LocalId ComponentBuilder::local(std::string name, Sizes sizes, ScalarType dtype) {
  component_.locals.push_back({std::move(name), std::move(sizes), dtype});
  return static_cast<LocalId>(component_.locals.size() - 1);
}

LocalId ComponentBuilder::input(std::string name, Sizes sizes, ScalarType dtype) {
  component_.inputs.push_back(local(std::move(name), std::move(sizes), dtype));
  return component_.inputs.back();
}

LocalId ComponentBuilder::parameter(std::string name, Sizes sizes, ParameterKind kind,
                                    ScalarType dtype) {
  const LocalId id = local(name, std::move(sizes), dtype);
  component_.parameters.push_back(
      {std::move(name), id, kind, {}, kind == ParameterKind::kParameter});
  return id;
}

OperatorCall ComponentBuilder::operator_call(const std::string& op,
                                             std::vector<Argument> arguments) const {
  const std::size_t colons = op.find("::");
  const std::size_t dot = op.find('.', colons);
  const std::string name = op.substr(colons + 2, dot == std::string::npos ? dot : dot - colons - 2);
  OperatorCall call;
  call.op = operator_schema(op.substr(0, colons), name,
                            dot == std::string::npos ? "" : op.substr(dot + 1));
  for (std::size_t i = arguments.size(); i < call.op->arguments.size(); ++i) {
    arguments.push_back(call.op->arguments[i].default_value);
  }
  call.arguments = std::move(arguments);
  return call;
}

LocalId ComponentBuilder::call(const std::string& op, std::vector<Argument> arguments,
                               std::string name, Sizes sizes, ScalarType dtype) {
  OperatorCall call = operator_call(op, std::move(arguments));
  call.outputs = {local(std::move(name), std::move(sizes), dtype)};
  component_.body.push_back(call);
  return call.outputs[0];
}

std::vector<LocalId> ComponentBuilder::call_list(const std::string& op,
                                                 std::vector<Argument> arguments,
                                                 const std::vector<std::string>& names,
                                                 const Sizes& sizes) {
  OperatorCall call = operator_call(op, std::move(arguments));
  for (const std::string& name : names)
    call.outputs.push_back(local(name, sizes, ScalarType::kFloat32));
  component_.body.push_back(call);
  return call.outputs;
}

std::int32_t ComponentBuilder::child(std::string name, ComponentId component) {
  component_.children.push_back({std::move(name), std::nullopt, component});
  return static_cast<std::int32_t>(component_.children.size() - 1);
}

std::int32_t ComponentBuilder::child(std::string name, std::int32_t index, ComponentId component) {
  component_.children.push_back({std::move(name), index, component});
  return static_cast<std::int32_t>(component_.children.size() - 1);
}

LocalId ComponentBuilder::forward(std::int32_t child, std::vector<LocalId> inputs, std::string name,
                                  Sizes sizes) {
  return forward(child, std::move(inputs), std::vector<std::string>{std::move(name)},
                 {std::move(sizes)})[0];
}

std::vector<LocalId> ComponentBuilder::forward(std::int32_t child, std::vector<LocalId> inputs,
                                               const std::vector<std::string>& names,
                                               const std::vector<Sizes>& sizes) {
  ChildCall call{child, std::move(inputs), {}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    call.outputs.push_back(names[i].empty() ? kNone
                                            : local(names[i], sizes[i], ScalarType::kFloat32));
  }
  component_.body.push_back(call);
  return call.outputs;
}

void ComponentBuilder::returns(std::vector<LocalId> outputs) {
  component_.outputs = std::move(outputs);
}

}  // namespace strata
