#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "decomposer/load/json_document.h"
#include "decomposer/schema/argument.h"

namespace strata {

// A torch.export program exactly as models/*.json says it, schema version 8
// (torch/_export/serde/schema.py of PyTorch 2.13). Names are views into the document.

struct ProgramGraph;

struct TensorName {
  std::string_view name;
};
// The name of a symbolic int, float or bool.
struct SymbolName {
  std::string_view name;
};
using ProgramNumber = std::variant<bool, std::int64_t, double, SymbolName>;
struct SubgraphArgument {
  std::string_view name;
  std::shared_ptr<const ProgramGraph> graph;
};
// A known kind of argument that Strata has no meaning for: "as_custom_obj", "as_operator", ...
struct UnsupportedArgument {
  std::string_view tag;
};

struct ProgramArgument {
  JsonValue place;
  std::variant<NoneArgument, TensorName, std::vector<TensorName>, ProgramNumber,
               std::vector<ProgramNumber>, std::complex<double>, std::string_view, ScalarType,
               Layout, MemoryFormat, Device, SubgraphArgument,
               UnsupportedArgument>
      value;  // in lists of tensors an empty name stands for None
};

enum class PassedBy : std::uint8_t { kUnknown, kPosition, kKeyword };

struct ProgramInput {
  std::string_view name;  // the schema's name of the argument; empty for higher-order operators
  ProgramArgument argument;
  PassedBy passed_by = PassedBy::kUnknown;
};

struct ProgramNode {
  JsonValue place;
  std::string_view target;
  std::vector<ProgramInput> inputs;
  std::vector<ProgramArgument> outputs;
  std::string_view name;
  std::string_view module_stack;  // the metadata's nn_module_stack; empty when there is none
};

// A number that export traced with symbols, and the value it had for the example inputs.
struct SymbolicNumber {
  JsonValue place;
  std::string_view expression;  // empty for a plain number
  std::optional<std::variant<bool, std::int64_t, double>> hint;
};

struct ProgramTensor {
  JsonValue place;
  std::vector<SymbolicNumber> sizes;
  std::vector<SymbolicNumber> strides;
  SymbolicNumber storage_offset;
  ScalarType dtype = ScalarType::kFloat32;
  Layout layout = Layout::kStrided;
  Device device;
  bool requires_grad = false;
};

template <typename T>
using NamedList = std::vector<std::pair<std::string_view, T>>;

struct ProgramGraph {
  JsonValue place;
  std::vector<ProgramArgument> inputs;
  std::vector<ProgramArgument> outputs;
  std::vector<ProgramNode> nodes;
  NamedList<ProgramTensor> tensors;
  NamedList<SymbolicNumber> numbers;  // of all three kinds
};

enum class InputKind : std::uint8_t {
  kUser,
  kParameter,
  kBuffer,
  kTensorConstant,
  kCustomObject,
  kToken,
  kConstant
};

struct InputSpec {
  JsonValue place;
  InputKind kind = InputKind::kUser;
  ProgramArgument argument;  // for kConstant: its value
  std::string_view
      target;  // the parameter's, buffer's or constant's name; for kConstant the argument's name
  bool persistent = true;
};

enum class OutputKind : std::uint8_t {
  kUser,
  kLoss,
  kBufferMutation,
  kParameterMutation,
  kUserInputMutation,
  kGradient,
  kToken,
};

struct OutputSpec {
  JsonValue place;
  OutputKind kind = OutputKind::kUser;
  ProgramArgument argument;
  std::string_view target;  // of a mutation: the buffer's, parameter's or input's name
};

// An entry of the module_call_graph whose signature was kept.
struct KeptCall {
  std::string_view module;
  std::vector<ProgramArgument> inputs;
  std::vector<ProgramArgument> outputs;
};

struct Program {
  ProgramGraph graph;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<std::string_view> forward_argument_names;
  std::vector<KeptCall> calls;  // without the root's
};

// One entry of data/*/..._config.json.
struct Payload {
  JsonValue place;
  std::string_view path_name;
  bool is_parameter = false;
  bool pickled = false;
  std::optional<ProgramTensor> tensor;
};

// Throw Error with a JSON Pointer: "load.schema_version", "load.unknown_tag", "load.unknown_key",
// "load.missing_key", "load.json" for a wrong type or a value outside its range.
Program read_program(const JsonDocument& document);
NamedList<Payload> read_payloads(const JsonDocument& document);

}  // namespace strata
