#include <fmt/format.h>

#include <utility>

#include "decomposer/load/program.h"
#include "decomposer/load/read_argument.h"

namespace strata {
namespace {

constexpr std::int64_t kSchemaMajor = 8;

std::vector<ProgramArgument> read_arguments(JsonValue place) {
  place.require_array();
  std::vector<ProgramArgument> arguments;
  arguments.reserve(place.size());
  for (std::size_t i = 0; i < place.size(); ++i) arguments.push_back(read_argument(place.at(i)));
  return arguments;
}

ProgramInput read_input(JsonValue place) {
  place.allow_only({"name", "arg", "kind"});
  ProgramInput input{place.member("name").string(), read_argument(place.member("arg"))};
  const auto kind = place.optional_member("kind");
  if (kind && !kind->is_null()) {
    const std::int64_t code = kind->integer();
    if (code < 0 || code > 2) {
      kind->refuse("load.json", fmt::format("unknown kind of argument {}; expected 0 to 2", code));
    }
    input.passed_by = static_cast<PassedBy>(code);
  }
  return input;
}

ProgramNode read_node(JsonValue place) {
  place.allow_only(
      {"target", "inputs", "outputs", "metadata", "is_hop_single_tensor_return", "name"});
  ProgramNode node;
  node.place = place;
  node.target = place.member("target").string();
  const JsonValue inputs = place.member("inputs");
  inputs.require_array();
  node.inputs.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) node.inputs.push_back(read_input(inputs.at(i)));
  node.outputs = read_arguments(place.member("outputs"));
  const JsonValue metadata = place.member("metadata");
  metadata.require_object();
  for (std::size_t i = 0; i < metadata.size(); ++i) {
    const std::string_view text = metadata.at(i).string();
    if (metadata.key_at(i) == "nn_module_stack") node.module_stack = text;
  }
  const auto single = place.optional_member("is_hop_single_tensor_return");
  if (single && !single->is_null()) single->boolean();
  const auto name = place.optional_member("name");
  if (name && !name->is_null()) node.name = name->string();
  return node;
}

void read_numbers(JsonValue graph, std::string_view key, std::string_view tag,
                  NamedList<SymbolicNumber>& numbers) {
  const auto place = graph.optional_member(key);
  if (!place) return;
  place->require_object();
  for (std::size_t i = 0; i < place->size(); ++i) {
    numbers.emplace_back(place->key_at(i), read_symbolic_number(place->at(i), tag));
  }
}

InputSpec read_input_spec(JsonValue place) {
  const auto [tag, value] = read_union(place);
  InputSpec spec;
  spec.place = place;
  const auto tensor = [&spec](JsonValue at) { spec.argument = {at, read_tensor_name(at)}; };
  if (tag == "user_input") {
    value.allow_only({"arg"});
    spec.argument = read_argument(value.member("arg"));
  } else if (tag == "parameter") {
    value.allow_only({"arg", "parameter_name"});
    spec.kind = InputKind::kParameter;
    tensor(value.member("arg"));
    spec.target = value.member("parameter_name").string();
  } else if (tag == "buffer") {
    value.allow_only({"arg", "buffer_name", "persistent"});
    spec.kind = InputKind::kBuffer;
    tensor(value.member("arg"));
    spec.target = value.member("buffer_name").string();
    spec.persistent = value.member("persistent").boolean();
  } else if (tag == "tensor_constant") {
    value.allow_only({"arg", "tensor_constant_name"});
    spec.kind = InputKind::kTensorConstant;
    tensor(value.member("arg"));
    spec.target = value.member("tensor_constant_name").string();
    spec.persistent = false;
  } else if (tag == "constant_input") {
    value.allow_only({"name", "value"});
    spec.kind = InputKind::kConstant;
    spec.target = value.member("name").string();
    spec.argument = read_argument(value.member("value"));
  } else if (tag == "custom_obj") {
    value.allow_only({"arg", "custom_obj_name"});
    spec.kind = InputKind::kCustomObject;
    spec.target = value.member("custom_obj_name").string();
  } else if (tag == "token") {
    spec.kind = InputKind::kToken;
  } else {
    refuse_tag(place, tag, "InputSpec");
  }
  return spec;
}

OutputSpec read_output_spec(JsonValue place) {
  const auto [tag, value] = read_union(place);
  OutputSpec spec;
  spec.place = place;
  if (tag == "user_output") {
    value.allow_only({"arg"});
    spec.argument = read_argument(value.member("arg"));
    return spec;
  }
  std::string_view target_key;
  if (tag == "loss_output") {
    spec.kind = OutputKind::kLoss;
  } else if (tag == "buffer_mutation") {
    spec.kind = OutputKind::kBufferMutation;
    target_key = "buffer_name";
  } else if (tag == "parameter_mutation") {
    spec.kind = OutputKind::kParameterMutation;
    target_key = "parameter_name";
  } else if (tag == "user_input_mutation") {
    spec.kind = OutputKind::kUserInputMutation;
    target_key = "user_input_name";
  } else if (tag == "gradient_to_parameter") {
    spec.kind = OutputKind::kGradient;
    target_key = "parameter_name";
  } else if (tag == "gradient_to_user_input") {
    spec.kind = OutputKind::kGradient;
    target_key = "user_input_name";
  } else if (tag == "token") {
    spec.kind = OutputKind::kToken;
  } else {
    refuse_tag(place, tag, "OutputSpec");
  }
  if (target_key.empty()) {
    value.allow_only({"arg"});
  } else {
    value.allow_only({"arg", target_key});
    spec.target = value.member(target_key).string();
  }
  const JsonValue argument = value.member("arg");
  spec.argument = {argument, read_tensor_name(argument)};
  return spec;
}

void read_signature(JsonValue place, Program& program) {
  place.allow_only({"input_specs", "output_specs"});
  const JsonValue inputs = place.member("input_specs");
  inputs.require_array();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    program.inputs.push_back(read_input_spec(inputs.at(i)));
  const JsonValue outputs = place.member("output_specs");
  outputs.require_array();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    program.outputs.push_back(read_output_spec(outputs.at(i)));
}

// Of the root's call only its argument names are kept.
void read_module_calls(JsonValue place, Program& program) {
  place.require_array();
  for (std::size_t i = 0; i < place.size(); ++i) {
    const JsonValue entry = place.at(i);
    entry.allow_only({"fqn", "signature"});
    const std::string_view module = entry.member("fqn").string();
    const auto signature = entry.optional_member("signature");
    if (!signature || signature->is_null()) continue;
    signature->allow_only({"inputs", "outputs", "in_spec", "out_spec", "forward_arg_names"});
    KeptCall call{module, read_arguments(signature->member("inputs")),
                  read_arguments(signature->member("outputs"))};
    if (!module.empty()) program.calls.push_back(std::move(call));
    signature->member("in_spec").string();
    signature->member("out_spec").string();
    const auto names = signature->optional_member("forward_arg_names");
    if (!names || names->is_null()) continue;
    names->require_array();
    for (std::size_t k = 0; k < names->size(); ++k) {
      const std::string_view name = names->at(k).string();
      if (module.empty()) program.forward_argument_names.push_back(name);
    }
  }
}

void check_version(JsonValue root) {
  const JsonValue version = root.member("schema_version");
  version.allow_only({"major", "minor"});
  version.member("minor").integer();
  const JsonValue major = version.member("major");
  if (major.integer() != kSchemaMajor) {
    major.refuse("load.schema_version",
                 fmt::format("Strata reads schema version {}; got {}; export the model with "
                             "PyTorch 2.13",
                             kSchemaMajor, major.integer()));
  }
}

}  // namespace

ProgramGraph read_graph(JsonValue place) {
  place.allow_only({"inputs", "outputs", "nodes", "tensor_values", "sym_int_values",
                    "sym_bool_values", "is_single_tensor_return", "custom_obj_values",
                    "sym_float_values"});
  ProgramGraph graph;
  graph.place = place;
  graph.inputs = read_arguments(place.member("inputs"));
  graph.outputs = read_arguments(place.member("outputs"));
  const JsonValue nodes = place.member("nodes");
  nodes.require_array();
  graph.nodes.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) graph.nodes.push_back(read_node(nodes.at(i)));
  const JsonValue tensors = place.member("tensor_values");
  tensors.require_object();
  graph.tensors.reserve(tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    graph.tensors.emplace_back(tensors.key_at(i), read_tensor_meta(tensors.at(i)));
  }
  read_numbers(place, "sym_int_values", "as_int", graph.numbers);
  read_numbers(place, "sym_bool_values", "as_bool", graph.numbers);
  read_numbers(place, "sym_float_values", "as_float", graph.numbers);
  if (const auto objects = place.optional_member("custom_obj_values")) objects->require_object();
  if (const auto single = place.optional_member("is_single_tensor_return")) single->boolean();
  return graph;
}

Program read_program(const JsonDocument& document) {
  const JsonValue root = document.root();
  root.require_object();
  check_version(root);
  root.allow_only({"graph_module", "opset_version", "range_constraints", "schema_version",
                   "verifiers", "torch_version", "guards_code"});
  const JsonValue module = root.member("graph_module");
  module.allow_only(
      {"graph", "signature", "module_call_graph", "metadata", "treespec_namedtuple_fields"});
  Program program;
  program.graph = read_graph(module.member("graph"));
  read_signature(module.member("signature"), program);
  read_module_calls(module.member("module_call_graph"), program);
  return program;
}

NamedList<Payload> read_payloads(const JsonDocument& document) {
  const JsonValue root = document.root();
  root.allow_only({"config"});
  const JsonValue config = root.member("config");
  config.require_object();
  NamedList<Payload> payloads;
  payloads.reserve(config.size());
  for (std::size_t i = 0; i < config.size(); ++i) {
    const JsonValue entry = config.at(i);
    entry.allow_only({"path_name", "is_param", "use_pickle", "tensor_meta"});
    Payload payload{entry, entry.member("path_name").string(), entry.member("is_param").boolean(),
                    entry.member("use_pickle").boolean(), std::nullopt};
    const auto meta = entry.optional_member("tensor_meta");
    if (meta && !meta->is_null()) payload.tensor = read_tensor_meta(*meta);
    payloads.emplace_back(config.key_at(i), std::move(payload));
  }
  return payloads;
}

}  // namespace strata
