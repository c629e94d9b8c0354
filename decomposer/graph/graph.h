#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/schema/argument.h"
#include "decomposer/schema/operator_schema.h"

namespace strata {

using ValueId = std::int32_t;      // index into Graph::values
using NodeId = std::int32_t;       // index into Graph::nodes
using FrameId = std::int32_t;      // index into Graph::frames
using ParameterId = std::int32_t;  // index into Graph::parameters
inline constexpr std::int32_t kNone = -1;

struct TensorMeta {
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;  // elements
  std::int64_t storage_offset = 0;    // elements
  ScalarType dtype = ScalarType::kFloat32;
  bool requires_grad = false;
};

// A tensor of the program. Numbers computed from symbolic shapes are not values: they are
// specialised to their hints when the archive is loaded, and the log says so.
struct Value {
  std::string name;  // unique in the graph
  TensorMeta meta;
  NodeId producer = kNone;  // kNone: a user input or a parameter
};

// One call of one module of the original, from nn_module_stack. A shared module called twice is two
// frames.
struct Frame {
  FrameId parent = kNone;  // kNone: the root frame, which is always frame 0
  std::string key;         // unique among siblings: path plus the call index, "layer.0@1"
  std::string path;        // "transformer.h.3.mlp"; "" for the root
  std::string class_name;  // "transformers.models.gpt2.modeling_gpt2.GPT2MLP"; "" when unknown
  int call = 0;            // how many calls of this module came before
};

// One ATen call. Nodes stand in the order of execution.
struct Node {
  std::string name;  // name in the archive; unique (nodes of inlined bodies are renamed)
  std::shared_ptr<const OperatorSchema> op;
  std::vector<Argument>
      arguments;  // one per schema argument, in the schema's order, defaults filled in
  std::vector<ValueId>
      outputs;  // results in order, Tensor[] flattened; kNone for a result that is None or a number
  FrameId frame = 0;
  NodeId original = kNone;  // its index in the graph as loaded; nodes keep it through normalisation
};

// A node of the loaded graph that normalisation removed, and why. Part of the ledger.
struct DroppedNode {
  NodeId original = kNone;
  std::string name;
  std::string op;      // qualified name
  std::string reason;  // "no-op cast", "dropout in eval mode", "view of a parameter", ...
};

// The bytes of one whole storage in the archive.
struct Storage {
  std::string record;  // "data/weights/weight_0"
  std::uint64_t file_offset =
      0;  // bytes from the start of the archive file; entries are stored, not compressed
  std::uint64_t size = 0;  // bytes
  std::uint32_t crc32 = 0;
};

enum class ParameterKind : std::uint8_t { kParameter, kBuffer, kConstant };

// A parameter, buffer or lifted constant, or a view of one that normalisation turned into a
// weight-map slice.
struct Parameter {
  ValueId value = kNone;
  std::string
      name;  // fully qualified: "transformer.h.0.ln_1.weight"; for views the name of the base
  std::string
      slice;  // "" for the whole; otherwise how the view was made, for people: "slice(0, 0, 768)"
  ParameterKind kind = ParameterKind::kParameter;
  bool persistent = true;
  std::int32_t storage = kNone;  // index into Graph::storages
  TensorMeta meta;               // strides and offset within the storage
  std::vector<std::string>
      aliases;  // other names of the same tensor (tied weights); each is a Parameter as well
};

// Something that was decided while the program was read, changed or taken apart, and why.
struct LogEntry {
  std::string stage;    // "load", "normalise", "cover", "fold", ...
  std::string subject;  // a node's, frame's or value's name
  std::string decision;
  std::string reason;
};

// The original program. Plain data: copying it copies no weights.
struct Graph {
  std::string name;  // the archive's stem: "gpt2"
  std::filesystem::path archive;
  std::string
      archive_digest;  // sha256 of the program's JSON and of the storages' CRCs, hexadecimal
  bool structure_only = false;  // the archive holds no bytes of the weights
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<Frame> frames;
  std::vector<Storage> storages;
  std::vector<Parameter> parameters;
  std::vector<ValueId> inputs;  // user inputs that are tensors, in order
  std::vector<std::string>
      input_names;                // one per input: the argument's name in the author's forward
  std::vector<Argument> outputs;  // results in order: a ValueRef, or a constant (a number, None)
  std::vector<DroppedNode> dropped;
  std::vector<LogEntry> log;
};

// Bytes from the start of its storage that a tensor reaches; 0 for an empty one. nullopt when that
// doesn't fit 63 bits or something is negative.
std::optional<std::uint64_t> bytes_reached(const TensorMeta& meta);
// Throws Error{"weights.absent"} for a graph of an archive without weights.
void require_weights(const Graph& graph);
// The parameter that is this value, or kNone.
ParameterId parameter_of(const Graph& graph, ValueId value);
// All tensors that a node reads, in argument order, repeats included.
std::vector<ValueId> inputs_of(const Node& node);
// For every value the nodes that read it, each once, in order.
std::vector<std::vector<NodeId>> readers_of(const Graph& graph);

}  // namespace strata
