#include <algorithm>
#include <map>

#include "decomposer/normalise/rules.h"
#include "decomposer/normalise/storage_groups.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// The same operator with a result of its own, or null.
std::shared_ptr<const OperatorSchema> out_of_place(const OperatorSchema& op) {
  if (op.name.size() < 2 || op.name.back() != '_' || op.name[op.name.size() - 2] == '_')
    return nullptr;
  std::shared_ptr<const OperatorSchema> found;
  try {
    found = operator_schema(op.name_space, op.name.substr(0, op.name.size() - 1), op.overload);
  } catch (const Error&) {
    return nullptr;
  }
  if (found->writes() || found->arguments.size() != op.arguments.size()) return nullptr;
  for (std::size_t i = 0; i < op.arguments.size(); ++i) {
    if (found->arguments[i].name != op.arguments[i].name ||
        found->arguments[i].type != op.arguments[i].type) {
      return nullptr;
    }
  }
  return found;
}

// Without the destination, the other operands must not promote the result to another type.
int category(ScalarType type) {
  if (is_complex(type)) return 3;
  if (is_floating(type)) return 2;
  return type == ScalarType::kBool ? 0 : 1;
}

int category(const Argument& argument) {
  if (std::holds_alternative<double>(argument)) return 2;
  if (std::holds_alternative<std::int64_t>(argument)) return 1;
  return 0;
}

bool keeps_type(const Rewrite& rewrite, const Node& node) {
  const ValueId destination = std::get<ValueRef>(node.arguments.front()).id;
  const ScalarType type = rewrite.meta(destination).dtype;
  // True division makes floats of integers.
  if (category(type) < 2 && node.op->name.rfind("div", 0) == 0) return false;
  for (std::size_t i = 1; i < node.arguments.size(); ++i) {
    const bool numeric = node.op->arguments[i].type == ArgumentType::kTensor ||
                         node.op->arguments[i].type == ArgumentType::kScalar;
    if (numeric && category(node.arguments[i]) > category(type)) return false;
    if (node.op->name == "copy_") continue;
    for (const ValueRef value : tensors_in(node.arguments[i])) {
      const TensorMeta& meta = rewrite.meta(value.id);
      const bool lower = category(meta.dtype) < category(type);
      const bool scalar = meta.sizes.empty() && category(meta.dtype) <= category(type);
      if (meta.dtype != type && !lower && !scalar) return false;
    }
  }
  return true;
}

// Who touches one storage, in order of execution.
struct Touches {
  std::vector<NodeId> nodes;
  bool leaves = false;  // a parameter, an input, or a result of the program
};

class InPlaceWrites {
 public:
  explicit InPlaceWrites(Rewrite& rewrite)
      : rewrite_(rewrite),
        groups_(storage_groups(rewrite.graph())),
        touches_(rewrite.graph().values.size()) {
    const Graph& graph = rewrite.graph();
    const auto external = external_storages(graph, groups_);
    for (std::size_t i = 0; i < external.size(); ++i) touches_[i].leaves = external[i];
    for (NodeId id = 0; id < rewrite.node_count(); ++id) {
      if (rewrite.removed(id)) continue;
      for (const ValueId value : inputs_of(rewrite.node(id))) {
        auto& nodes = touches_[index(groups_.owner[index(value)])].nodes;
        if (nodes.empty() || nodes.back() != id) nodes.push_back(id);
      }
    }
  }

  void apply(NodeId id) {
    Node& node = rewrite_.node(id);
    if (!node.op->writes() || node.outputs.size() != 1 || node.outputs[0] == kNone) return;
    const auto written = written_by(node);
    if (written.size() != 1 || !std::holds_alternative<ValueRef>(node.arguments.front()) ||
        std::get<ValueRef>(node.arguments.front()).id != written[0]) {
      return;
    }
    const auto op = out_of_place(*node.op);
    if (op == nullptr || !keeps_type(rewrite_, node) || seen_by_others(id, written[0])) return;
    rewrite_.log(node, "became " + op->qualified_name(),
                 "nothing else reads what it wrote in place");
    node.op = op;
    separate(id);
  }

 private:
  // True when the value is the node's result, or a view of it.
  bool made_through(ValueId value, ValueId result) const {
    while (value != kNone && value != result) value = groups_.origin[index(value)];
    return value == result;
  }

  bool seen_by_others(NodeId id, ValueId destination) const {
    const ValueId owner = groups_.owner[index(destination)];
    const ValueId result = rewrite_.node(id).outputs[0];
    const Touches& touches = touches_[index(owner)];
    if (touches.leaves) return true;
    const auto others = [&](ValueId value) {
      return groups_.owner[index(value)] == owner && !made_through(value, result);
    };
    for (const Argument& output : rewrite_.graph().outputs) {
      for (const ValueRef value : tensors_in(output)) {
        if (others(value.id)) return true;
      }
    }
    const auto later = std::upper_bound(touches.nodes.begin(), touches.nodes.end(), id);
    return std::any_of(later, touches.nodes.end(), [&](NodeId reader) {
      const auto inputs = inputs_of(rewrite_.node(reader));
      return std::any_of(inputs.begin(), inputs.end(), others);
    });
  }

  // The result has a storage of its own now.
  void separate(NodeId id) {
    const ValueId result = rewrite_.node(id).outputs[0];
    const ValueId before = groups_.owner[index(result)];
    groups_.origin[index(result)] = kNone;
    groups_.owner[index(result)] = result;
    auto& old_nodes = touches_[index(before)].nodes;
    const auto later = std::upper_bound(old_nodes.begin(), old_nodes.end(), id);
    touches_[index(result)].nodes.assign(later, old_nodes.end());
    old_nodes.erase(later, old_nodes.end());
    for (const NodeId reader : touches_[index(result)].nodes) {
      for (const ValueId output : rewrite_.node(reader).outputs) {
        if (output == kNone || groups_.owner[index(output)] != before) continue;
        if (made_through(output, result)) groups_.owner[index(output)] = result;
      }
    }
  }

  Rewrite& rewrite_;
  StorageGroups groups_;
  std::vector<Touches> touches_;  // per value that owns a storage
};

}  // namespace

void write_out_of_place(Rewrite& rewrite) {
  InPlaceWrites writes(rewrite);
  for (NodeId id = 0; id < rewrite.node_count(); ++id) {
    if (!rewrite.removed(id)) writes.apply(id);
  }
}

}  // namespace strata
