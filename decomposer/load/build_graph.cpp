#include "decomposer/load/build_graph.h"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "decomposer/load/coerce_argument.h"
#include "decomposer/load/module_stack.h"
#include "decomposer/load/tied_weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::string_view kOperators = "torch.ops.";
constexpr std::string_view kHigherOrder = "torch.ops.higher_order.";

// A graph of the program while its nodes are read: the outermost, or the body of a higher-order
// operator.
struct Level {
  explicit Level(const ProgramGraph& from) : graph(from) {
    for (const auto& [name, meta] : graph.tensors) tensors.emplace(name, &meta);
    for (const auto& [name, number] : graph.numbers) numbers.emplace(name, &number);
  }
  const ProgramGraph& graph;
  std::unordered_map<std::string_view, const ProgramTensor*> tensors;
  std::unordered_map<std::string_view, const SymbolicNumber*> numbers;
  Scope scope;
  FrameId frame = kNone;  // of nodes that have no module stack
};

std::string as_text(const Argument& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return "None";
}

class GraphBuilder {
 public:
  GraphBuilder(const Program& program, ArchiveWeights& weights)
      : program_(program), weights_(weights) {}

  Graph build() {
    Level level(program_.graph);
    read_inputs(level);
    for (const ProgramNode& node : level.graph.nodes) read_node(node, level);
    read_outputs(level);
    graph_.frames = frames_.take();
    fill_missing_frames(graph_);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
      graph_.nodes[i].original = static_cast<NodeId>(i);
    read_tied_weights_by_owner(graph_);
    return std::move(graph_);
  }

 private:
  // --- names and values

  std::string unique(std::unordered_set<std::string>& taken, std::string_view wanted) {
    std::string name(wanted);
    for (int i = 1; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", wanted, i);
    return name;
  }

  void bind(Level& level, std::string_view name, Argument value, JsonValue place) {
    if (!level.scope.emplace(name, std::move(value)).second) {
      place.refuse("load.redefined_value",
                   fmt::format("a value is defined once; got '{}' twice", name));
    }
  }

  ValueId add_value(Level& level, std::string_view name, JsonValue place) {
    const auto meta = level.tensors.find(name);
    if (meta == level.tensors.end()) {
      place.refuse("load.undefined_value",
                   fmt::format("tensor '{}' has no entry in tensor_values", name));
    }
    const auto id = static_cast<ValueId>(graph_.values.size());
    bind(level, name, ValueRef{id}, place);
    graph_.values.push_back({unique(value_names_, name), concrete_meta(*meta->second), kNone});
    return id;
  }

  void add_number(Level& level, std::string_view name, JsonValue place) {
    const auto number = level.numbers.find(name);
    if (number == level.numbers.end()) {
      place.refuse("load.undefined_value",
                   fmt::format("number '{}' has no entry in the graph's symbolic values", name));
    }
    Argument value = hint_of(*number->second, name);
    log(name, "specialised to " + as_text(value),
        fmt::format("symbolic number {}; a decomposition has concrete shapes",
                    number->second->expression));
    bind(level, name, std::move(value), place);
  }

  void log(std::string_view subject, std::string decision, std::string reason) {
    graph_.log.push_back({"load", std::string(subject), std::move(decision), std::move(reason)});
  }

  // --- inputs

  void read_inputs(Level& level) {
    const auto& inputs = level.graph.inputs;
    if (inputs.size() != program_.inputs.size()) {
      level.graph.place.refuse(
          "load.signature",
          fmt::format("the graph's inputs follow the signature; got {} inputs and "
                      "{} input_specs",
                      inputs.size(), program_.inputs.size()));
    }
    for (std::size_t i = 0; i < inputs.size(); ++i)
      read_input(level, program_.inputs[i], inputs[i]);
  }

  void read_input(Level& level, const InputSpec& spec, const ProgramArgument& input) {
    const auto* tensor = std::get_if<TensorName>(&input.value);
    if (const auto* named = std::get_if<TensorName>(&spec.argument.value);
        named != nullptr && (tensor == nullptr || tensor->name != named->name)) {
      spec.place.refuse(
          "load.signature",
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
        spec.place.refuse(
            "load.unsupported",
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
          log(tensor->name, "size specialised to " + as_text(hint_of(size, tensor->name)),
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

  void add_parameter(Level& level, const InputSpec& spec, ParameterKind kind) {
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

  // --- nodes

  FrameId frame_of(const ProgramNode& node, const Level& level) {
    try {
      const FrameId frame = frames_.frame_of(node.module_stack);
      return frame == kNone ? level.frame : frame;
    } catch (const Error& error) {
      node.place.member("metadata").refuse(error.id(), error.what());
    }
  }

  void read_node(const ProgramNode& node, Level& level) {
    if (node.target.starts_with(kHigherOrder)) return read_higher_order(node, level);
    if (computes_numbers(node)) return specialise(node, level);
    if (!node.target.starts_with(kOperators)) {
      node.place.refuse("schema.unknown_operator",
                        fmt::format("'{}' is no operator of LibTorch and computes no number; "
                                    "export the model without it",
                                    node.target));
    }
    Node result;
    result.op = operator_of(node);
    result.name =
        unique(node_names_, node.name.empty() ? std::string_view(result.op->name) : node.name);
    result.frame = frame_of(node, level);
    result.arguments = read_arguments(node, *result.op, level);
    const auto id = static_cast<NodeId>(graph_.nodes.size());
    for (const ProgramArgument& output : node.outputs)
      add_output(output, id, level, result.outputs);
    graph_.nodes.push_back(std::move(result));
  }

  std::shared_ptr<const OperatorSchema> operator_of(const ProgramNode& node) {
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

  std::vector<Argument> read_arguments(const ProgramNode& node, const OperatorSchema& op,
                                       const Level& level) {
    std::vector<const ProgramArgument*> given(op.arguments.size());
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ProgramInput& input = node.inputs[i];
      const int index = input.name.empty() ? static_cast<int>(i) : op.argument_index(input.name);
      if (index < 0 || static_cast<std::size_t>(index) >= given.size()) {
        input.argument.place.refuse("load.argument", fmt::format("{} has no argument '{}'",
                                                                 op.qualified_name(), input.name));
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
        node.place.refuse("load.argument",
                          fmt::format("{} needs argument '{}', which has no default",
                                      op.qualified_name(), expected.name));
      }
    }
    return arguments;
  }

  void add_output(const ProgramArgument& output, NodeId producer, Level& level,
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

  // --- numbers

  static bool computes_numbers(const ProgramNode& node) {
    for (const ProgramArgument& output : node.outputs) {
      const auto* number = std::get_if<ProgramNumber>(&output.value);
      if (number == nullptr || !std::holds_alternative<SymbolName>(*number)) return false;
    }
    return !node.outputs.empty();
  }

  void specialise(const ProgramNode& node, Level& level) {
    for (const ProgramArgument& output : node.outputs) {
      add_number(level, std::get<SymbolName>(std::get<ProgramNumber>(output.value)).name,
                 output.place);
    }
    graph_.dropped.push_back({kNone, unique(node_names_, node.name), std::string(node.target),
                              "computes a number that is specialised to its hint"});
  }

  // --- higher-order operators

  void read_higher_order(const ProgramNode& node, Level& level) {
    const std::string_view name = node.target.substr(kHigherOrder.size());
    if (name == "wrap_with_set_grad_enabled") {
      inline_body(node, 1, "gradient mode doesn't change what is computed", level);
    } else if (name == "wrap_with_autocast") {
      const auto* enabled = number_input(node, 2);
      if (enabled == nullptr || resolve(level.scope, *enabled, node.place) != Argument(false)) {
        node.place.refuse(
            "load.unsupported",
            "wrap_with_autocast: casts that autocast would insert are not in the program; "
            "export the model in its final element type, without autocast");
      }
      inline_body(node, 4, "autocast is off here", level);
    } else if (name == "cond") {
      const auto* predicate = number_input(node, 0);
      if (predicate == nullptr) {
        node.place.refuse(
            "load.unsupported",
            "cond: a branch that depends on the data has no single decomposition; export "
            "the model with the condition fixed (a Python bool), or with torch.where");
      }
      const Argument taken = resolve(level.scope, *predicate, node.place);
      const bool truth = taken != Argument(false) && taken != Argument(std::int64_t{0});
      inline_body(node, truth ? 1 : 2, fmt::format("the condition is always {}", truth), level, 3);
    } else {
      node.place.refuse(
          "load.unsupported",
          fmt::format("higher-order operator '{}' can't be taken apart; export the model "
                      "without it",
                      name));
    }
  }

  static const ProgramNumber* number_input(const ProgramNode& node, std::size_t index) {
    return index < node.inputs.size()
               ? std::get_if<ProgramNumber>(&node.inputs[index].argument.value)
               : nullptr;
  }

  // Operands follow the body at `body_index`, or stand at `operands_from` (as a list or one by
  // one).
  void inline_body(const ProgramNode& node, std::size_t body_index, std::string reason,
                   Level& level, std::size_t operands_from = 0) {
    const auto* body = body_index < node.inputs.size()
                           ? std::get_if<SubgraphArgument>(&node.inputs[body_index].argument.value)
                           : nullptr;
    if (body == nullptr)
      node.place.refuse("load.argument",
                        fmt::format("{} has its body at input {}", node.target, body_index));
    Level inner(*body->graph);
    inner.frame = frame_of(node, level);
    const auto operands =
        flatten(node.inputs, operands_from == 0 ? body_index + 1 : operands_from, level.scope);
    const auto& formals = body->graph->inputs;
    if (formals.size() != operands.size()) {
      node.place.refuse(
          "load.argument",
          fmt::format("{} passes as many operands as its body takes; got {}, expected {}",
                      node.target, operands.size(), formals.size()));
    }
    for (std::size_t i = 0; i < formals.size(); ++i) {
      if (const auto name = name_of(formals[i])) bind(inner, *name, operands[i], formals[i].place);
    }
    for (const ProgramNode& child : body->graph->nodes) read_node(child, inner);
    const auto results = flatten_arguments(body->graph->outputs, inner.scope);
    bind_results(node, results, level);
    graph_.dropped.push_back({kNone, unique(node_names_, node.name), std::string(node.target),
                              "body inlined: " + reason});
  }

  static std::optional<std::string_view> name_of(const ProgramArgument& argument) {
    if (const auto* tensor = std::get_if<TensorName>(&argument.value)) return tensor->name;
    if (const auto* number = std::get_if<ProgramNumber>(&argument.value)) {
      if (const auto* symbol = std::get_if<SymbolName>(number)) return symbol->name;
    }
    return std::nullopt;
  }

  static void flatten_into(const ProgramArgument& argument, const Scope& scope,
                           std::vector<Argument>& flat) {
    if (const auto* list = std::get_if<std::vector<TensorName>>(&argument.value)) {
      for (const TensorName& item : *list) {
        flat.push_back(item.name.empty() ? Argument(NoneArgument{})
                                         : resolve(scope, item.name, argument.place));
      }
    } else if (const auto* numbers = std::get_if<std::vector<ProgramNumber>>(&argument.value)) {
      for (const ProgramNumber& number : *numbers)
        flat.push_back(resolve(scope, number, argument.place));
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

  static std::vector<Argument> flatten(const std::vector<ProgramInput>& inputs, std::size_t from,
                                       const Scope& scope) {
    std::vector<Argument> flat;
    for (std::size_t i = from; i < inputs.size(); ++i)
      flatten_into(inputs[i].argument, scope, flat);
    return flat;
  }

  static std::vector<Argument> flatten_arguments(const std::vector<ProgramArgument>& arguments,
                                                 const Scope& scope) {
    std::vector<Argument> flat;
    for (const ProgramArgument& argument : arguments) flatten_into(argument, scope, flat);
    return flat;
  }

  // The names that the node gives its results now stand for what the body returns.
  void bind_results(const ProgramNode& node, const std::vector<Argument>& results, Level& level) {
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

  // --- outputs

  void read_outputs(Level& level) {
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
          graph_.outputs.push_back(read_output(spec.argument, level.scope));
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

  static Argument read_output(const ProgramArgument& output, const Scope& scope) {
    if (const auto* tensor = std::get_if<TensorName>(&output.value))
      return resolve(scope, tensor->name, output.place);
    if (const auto* number = std::get_if<ProgramNumber>(&output.value))
      return resolve(scope, *number, output.place);
    if (const auto* text = std::get_if<std::string_view>(&output.value)) return std::string(*text);
    if (std::holds_alternative<NoneArgument>(output.value)) return NoneArgument{};
    output.place.refuse("load.unsupported",
                        "results of the program are tensors, numbers, strings or None");
  }

  // A functional program returns the new contents of what it mutates; the copy that ends it is made
  // a node.
  void add_mutation(const OutputSpec& spec, Level& level) {
    const Argument contents = read_output(spec.argument, level.scope);
    const auto* source = std::get_if<ValueRef>(&contents);
    const ValueId target = mutated_value(spec, level);
    if (source == nullptr || target == kNone) {
      spec.place.refuse(
          "load.signature",
          fmt::format("a mutation names a tensor that the program reads; got '{}'", spec.target));
    }
    Node copy;
    copy.op = operator_schema("aten", "copy_", "");
    copy.name = unique(
        node_names_, fmt::format("copy_{}", graph_.values[static_cast<std::size_t>(target)].name));
    copy.arguments = {ValueRef{target}, *source, false};
    Value after = graph_.values[static_cast<std::size_t>(target)];
    after.name = unique(value_names_, copy.name);
    after.producer = static_cast<NodeId>(graph_.nodes.size());
    copy.outputs = {static_cast<ValueId>(graph_.values.size())};
    graph_.values.push_back(std::move(after));
    log(copy.name, "node added",
        fmt::format("the signature says that the program ends by updating '{}'", spec.target));
    graph_.nodes.push_back(std::move(copy));
  }

  ValueId mutated_value(const OutputSpec& spec, const Level& level) const {
    if (spec.kind == OutputKind::kUserInputMutation) {
      const auto found = level.scope.find(spec.target);
      const auto* value =
          found == level.scope.end() ? nullptr : std::get_if<ValueRef>(&found->second);
      return value == nullptr ? kNone : value->id;
    }
    for (const Parameter& parameter : graph_.parameters) {
      if (parameter.name == spec.target) return parameter.value;
    }
    return kNone;
  }

  const Program& program_;
  ArchiveWeights& weights_;
  Graph graph_;
  FrameTable frames_;
  std::unordered_set<std::string> value_names_;
  std::unordered_set<std::string> node_names_;
  std::unordered_map<std::string_view, std::shared_ptr<const OperatorSchema>> operators_;
};

}  // namespace

Graph build_graph(const Program& program, ArchiveWeights& weights, std::string name) {
  Graph graph = GraphBuilder(program, weights).build();
  graph.name = std::move(name);
  return graph;
}

}  // namespace strata
