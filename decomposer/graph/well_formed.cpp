#include "decomposer/graph/well_formed.h"

#include <fmt/format.h>

#include <set>
#include <unordered_set>
#include <utility>

#include "decomposer/graph/cond_rules.h"
#include "kernels_l0/error.h"

// What is true of every Graph, as loaded and after every stage.
//
//   G1   Every id names something: values, nodes, frames, storages and operators lie in their
//   tables. G2   Names of values are unique and not empty. G3   Names of nodes are unique and not
//   empty. G4   A value is made once: it is an input, a parameter, or one result of one node, which
//   is its producer. G5   A node reads only inputs, parameters, and results of earlier nodes; so do
//   the program's outputs. G6   A node has one argument per argument of its operator, of a kind
//   that the operator's schema allows. G7   A node has one result per return of its operator; a
//   returned list stands for any number of results. G8   Frame 0 is the root and has no parent;
//   every other frame stands after its parent. G9   Keys of frames are unique among siblings. G10
//   A tensor has one stride per size; sizes, strides and offset are not negative; its elements can
//   be counted. G11  A parameter has the shape and type of its value, and lies within its storage.
//   G12  Every input has a name; names of inputs are unique.
//   G13  Some output is a tensor: a program without one computes nothing that can be compared.
//   G14  Every node stems from one node of the loaded graph, no two from the same one, and none
//   from a dropped one.
//   G15  The parts of a cond (decomposer/schema/cond.h) are brackets that match. What a branch
//   makes is read in it, or as its result, and nowhere else; results have the shape and type of
//   both.

namespace strata {
namespace {

template <typename T>
bool in_range(std::int32_t id, const std::vector<T>& table) {
  return id >= 0 && static_cast<std::size_t>(id) < table.size();
}

bool holds(const Argument& argument, ArgumentType type) {
  switch (type) {
    case ArgumentType::kTensor:
      return std::holds_alternative<ValueRef>(argument) || holds(argument, ArgumentType::kScalar);
    case ArgumentType::kTensorList:
      return std::holds_alternative<std::vector<ValueRef>>(argument);
    case ArgumentType::kInt:
      return std::holds_alternative<std::int64_t>(argument);
    case ArgumentType::kFloat:
      return std::holds_alternative<double>(argument);
    case ArgumentType::kBool:
      return std::holds_alternative<bool>(argument);
    case ArgumentType::kScalar:
      return std::holds_alternative<std::int64_t>(argument) ||
             std::holds_alternative<double>(argument) || std::holds_alternative<bool>(argument) ||
             std::holds_alternative<std::complex<double>>(argument);
    case ArgumentType::kString:
      return std::holds_alternative<std::string>(argument);
    case ArgumentType::kIntList:
      return std::holds_alternative<std::vector<std::int64_t>>(argument);
    case ArgumentType::kFloatList:
      return std::holds_alternative<std::vector<double>>(argument);
    case ArgumentType::kBoolList:
      return std::holds_alternative<std::vector<bool>>(argument);
    case ArgumentType::kScalarType:
      return std::holds_alternative<ScalarType>(argument);
    case ArgumentType::kLayout:
      return std::holds_alternative<Layout>(argument);
    case ArgumentType::kMemoryFormat:
      return std::holds_alternative<MemoryFormat>(argument);
    case ArgumentType::kDevice:
      return std::holds_alternative<Device>(argument);
    case ArgumentType::kGenerator:
    case ArgumentType::kOther:
      return false;
  }
  return false;
}

bool fits(const Argument& argument, const SchemaArgument& expected) {
  if (std::holds_alternative<NoneArgument>(argument)) {
    return expected.optional ||
           (expected.has_default && std::holds_alternative<NoneArgument>(expected.default_value));
  }
  if (!holds(argument, expected.type)) return false;
  if (const auto* one = std::get_if<ValueRef>(&argument)) return one->present();
  if (const auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
    for (const ValueRef value : *list) {
      if (!value.present() && !expected.optional_elements) return false;
    }
  }
  return true;
}

class Checker {
 public:
  explicit Checker(const Graph& graph) : graph_(graph) {}

  std::vector<GraphViolation> run() {
    check_ids();
    if (!found_.empty()) return std::move(found_);
    check_names();
    check_makers();
    check_reads();
    for (const Node& node : graph_.nodes) check_schema(node);
    check_frames();
    for (const Value& value : graph_.values) check_meta(value.meta, value.name);
    for (const Parameter& parameter : graph_.parameters) check_parameter(parameter);
    check_ends();
    check_origins();
    check_conds(graph_, found_);
    return std::move(found_);
  }

 private:
  void violate(std::string rule, std::string subject, std::string message) {
    found_.push_back({std::move(rule), std::move(subject), std::move(message)});
  }

  // G1
  void check_ids() {
    const auto expect_value = [&](ValueId id, const std::string& subject) {
      if (!in_range(id, graph_.values))
        violate("G1", subject, fmt::format("names value {}, which there isn't", id));
    };
    for (const Node& node : graph_.nodes) {
      if (node.op == nullptr) violate("G1", node.name, "has no operator");
      if (!in_range(node.frame, graph_.frames))
        violate("G1", node.name, fmt::format("names frame {}, which there isn't", node.frame));
      for (const ValueId id : inputs_of(node)) expect_value(id, node.name);
      for (const ValueId id : node.outputs) {
        if (id != kNone) expect_value(id, node.name);
      }
    }
    for (const Value& value : graph_.values) {
      if (value.producer != kNone && !in_range(value.producer, graph_.nodes)) {
        violate("G1", value.name, fmt::format("names node {}, which there isn't", value.producer));
      }
    }
    for (const Frame& frame : graph_.frames) {
      if (frame.parent != kNone && !in_range(frame.parent, graph_.frames)) {
        violate("G1", frame.key, fmt::format("names frame {}, which there isn't", frame.parent));
      }
    }
    for (const Parameter& parameter : graph_.parameters) {
      expect_value(parameter.value, parameter.name);
      if (!in_range(parameter.storage, graph_.storages)) {
        violate("G1", parameter.name,
                fmt::format("names storage {}, which there isn't", parameter.storage));
      }
    }
    for (const ValueId id : graph_.inputs) expect_value(id, "inputs");
    for (const Argument& output : graph_.outputs) {
      for (const ValueRef value : tensors_in(output)) expect_value(value.id, "outputs");
    }
  }

  // G2, G3
  void check_names() {
    const auto check = [&](const char* rule, const auto& table) {
      std::unordered_set<std::string_view> names;
      for (const auto& entry : table) {
        if (entry.name.empty()) violate(rule, entry.name, "has no name");
        if (!names.insert(entry.name).second) violate(rule, entry.name, "is the name of two");
      }
    };
    check("G2", graph_.values);
    check("G3", graph_.nodes);
  }

  // G4
  void check_makers() {
    std::vector<NodeId> maker(graph_.values.size(), kNone);
    std::vector<bool> made(graph_.values.size(), false);
    const auto make = [&](ValueId id, NodeId node) {
      const auto index = static_cast<std::size_t>(id);
      if (made[index]) violate("G4", graph_.values[index].name, "is made twice");
      made[index] = true;
      maker[index] = node;
    };
    for (const ValueId id : graph_.inputs) make(id, kNone);
    for (const Parameter& parameter : graph_.parameters) make(parameter.value, kNone);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (const ValueId id : graph_.nodes[i].outputs) {
        if (id != kNone) make(id, static_cast<NodeId>(i));
      }
    }
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      const Value& value = graph_.values[i];
      if (value.producer != maker[i]) {
        violate(
            "G4", value.name,
            fmt::format("has producer {}; the node that makes it is {}", value.producer, maker[i]));
      }
    }
  }

  // G5
  void check_reads() {
    std::vector<bool> made(graph_.values.size(), false);
    for (const ValueId id : graph_.inputs) made[static_cast<std::size_t>(id)] = true;
    for (const Parameter& parameter : graph_.parameters)
      made[static_cast<std::size_t>(parameter.value)] = true;
    const auto read = [&](ValueId id, const std::string& reader) {
      const auto index = static_cast<std::size_t>(id);
      if (!made[index])
        violate("G5", reader,
                fmt::format("reads '{}' before it is made", graph_.values[index].name));
    };
    for (const Node& node : graph_.nodes) {
      for (const ValueId id : inputs_of(node)) read(id, node.name);
      for (const ValueId id : node.outputs) {
        if (id != kNone) made[static_cast<std::size_t>(id)] = true;
      }
    }
    for (const Argument& output : graph_.outputs) {
      for (const ValueRef value : tensors_in(output)) read(value.id, "outputs");
    }
  }

  // G6, G7
  void check_schema(const Node& node) {
    const OperatorSchema& op = *node.op;
    if (node.arguments.size() != op.arguments.size()) {
      violate("G6", node.name,
              fmt::format("has {} arguments; {} takes {}", node.arguments.size(),
                          op.qualified_name(), op.arguments.size()));
    } else {
      for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        if (!fits(node.arguments[i], op.arguments[i])) {
          violate("G6", node.name,
                  fmt::format("argument '{}' of {} is of another kind", op.arguments[i].name,
                              op.qualified_name()));
        }
      }
    }
    std::size_t single = 0;
    for (const SchemaReturn& result : op.returns)
      single += result.type != ArgumentType::kTensorList ? 1 : 0;
    const bool lists = single != op.returns.size();
    if (lists ? node.outputs.size() < single : node.outputs.size() != single) {
      violate("G7", node.name,
              fmt::format("has {} results; {} returns {}{}", node.outputs.size(),
                          op.qualified_name(), single, lists ? " and a list" : ""));
    }
  }

  // G8, G9
  void check_frames() {
    if (graph_.frames.empty() || graph_.frames.front().parent != kNone)
      violate("G8", "", "the first frame is the root");
    std::set<std::pair<FrameId, std::string_view>> keys;
    for (std::size_t i = 1; i < graph_.frames.size(); ++i) {
      const Frame& frame = graph_.frames[i];
      if (frame.parent == kNone || frame.parent >= static_cast<FrameId>(i)) {
        violate("G8", frame.key, "doesn't stand after its parent");
      }
      if (!keys.emplace(frame.parent, frame.key).second)
        violate("G9", frame.key, "is the key of two frames of one parent");
    }
  }

  // G10
  void check_meta(const TensorMeta& meta, const std::string& subject) {
    if (meta.sizes.size() != meta.strides.size()) {
      violate("G10", subject,
              fmt::format("has {} sizes and {} strides", meta.sizes.size(), meta.strides.size()));
      return;
    }
    std::int64_t elements = 1;
    bool valid = meta.storage_offset >= 0;
    for (std::size_t i = 0; i < meta.sizes.size(); ++i) {
      valid = valid && meta.sizes[i] >= 0 && meta.strides[i] >= 0;
      valid = valid && !__builtin_mul_overflow(elements, meta.sizes[i], &elements);
    }
    if (!valid)
      violate("G10", subject,
              "has a negative size, stride or offset, or too many elements to count");
  }

  // G11
  void check_parameter(const Parameter& parameter) {
    const Value& value = graph_.values[static_cast<std::size_t>(parameter.value)];
    if (parameter.meta.sizes != value.meta.sizes || parameter.meta.dtype != value.meta.dtype) {
      violate("G11", parameter.name,
              fmt::format("has another shape or type than its value '{}'", value.name));
    }
    const std::uint64_t present = graph_.storages[static_cast<std::size_t>(parameter.storage)].size;
    const std::optional<std::uint64_t> reached = bytes_reached(parameter.meta);
    const bool absent = graph_.structure_only && present == 0;
    if (!reached || (*reached > present && !absent)) {
      violate("G11", parameter.name,
              fmt::format("reaches beyond the {} bytes of its storage", present));
    }
  }

  // G12, G13
  void check_ends() {
    if (graph_.inputs.size() != graph_.input_names.size()) {
      violate("G12", "inputs",
              fmt::format("there are {} inputs and {} names", graph_.inputs.size(),
                          graph_.input_names.size()));
    }
    std::unordered_set<std::string_view> names;
    for (const std::string& name : graph_.input_names) {
      if (name.empty() || !names.insert(name).second)
        violate("G12", name, "is no name, or the name of two inputs");
    }
    bool tensor = false;
    for (const Argument& output : graph_.outputs) tensor = tensor || !tensors_in(output).empty();
    if (!tensor) violate("G13", "outputs", "none is a tensor");
  }

  // G14
  void check_origins() {
    std::unordered_set<NodeId> origins;
    for (const DroppedNode& dropped : graph_.dropped) {
      if (dropped.original != kNone) origins.insert(dropped.original);
    }
    for (const Node& node : graph_.nodes) {
      if (node.original < 0) {
        violate("G14", node.name, "stems from no node of the loaded graph");
      } else if (!origins.insert(node.original).second) {
        violate("G14", node.name, "stems from the same node as another, or from a dropped one");
      }
    }
  }

  const Graph& graph_;
  std::vector<GraphViolation> found_;
};

}  // namespace

std::vector<GraphViolation> violations_of(const Graph& graph) { return Checker(graph).run(); }

void require_well_formed(const Graph& graph) {
  const std::vector<GraphViolation> found = violations_of(graph);
  if (found.empty()) return;
  const GraphViolation& first = found.front();
  throw Error("graph.malformed",
              fmt::format("{}: '{}' {} (rule {}, {} more broken); export the model again, or "
                          "report this as a bug of Strata "
                          "if the archive is sound",
                          graph.name, first.subject, first.message, first.rule, found.size() - 1));
}

}  // namespace strata
