#include <algorithm>
#include <array>
#include <string_view>

#include "decomposer/normalise/rules.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 4> kAliases = {"detach", "detach_", "alias", "lift_fresh"};
constexpr std::array<std::string_view, 8> kDropouts = {
    "dropout",       "dropout_",       "feature_dropout",       "feature_dropout_",
    "alpha_dropout", "alpha_dropout_", "feature_alpha_dropout", "feature_alpha_dropout_"};
// Views that are the operand itself when they leave its sizes as they are.
constexpr std::array<std::string_view, 8> kResizingViews = {
    "view", "_unsafe_view", "reshape", "expand", "flatten", "unflatten", "squeeze", "narrow"};

const ValueRef* first_operand(const Node& node) {
  if (node.arguments.empty() || node.outputs.size() != 1 || node.outputs[0] == kNone)
    return nullptr;
  const auto* operand = std::get_if<ValueRef>(&node.arguments.front());
  return operand && operand->present() ? operand : nullptr;
}

bool is_eval_dropout(const Node& node) {
  if (!contains(kDropouts, node.op->name)) return false;
  const Argument* train = argument_named(node, "train");
  const Argument* p = argument_named(node, "p");
  return (train && *train == Argument{false}) || (p && *p == Argument{0.0});
}

// `to` returns its operand itself unless type, device or memory format differ or a copy is asked
// for.
bool is_no_op_cast(const Node& node, const TensorMeta& before, const TensorMeta& after) {
  if (node.op->name != "to" || before.dtype != after.dtype) return false;
  const Argument* copy = argument_named(node, "copy");
  const Argument* format = argument_named(node, "memory_format");
  const Argument* device = argument_named(node, "device");
  const Argument* layout = argument_named(node, "layout");
  return (is_none(copy) || *copy == Argument{false}) &&
         (is_none(format) || *format == Argument{MemoryFormat::kPreserve}) &&
         (is_none(layout) || *layout == Argument{Layout::kStrided}) &&
         (is_none(device) || std::get<Device>(*device).type == "cpu");
}

bool is_no_op_slice(const Node& node, const TensorMeta& before, const TensorMeta& after) {
  const Argument* step = argument_named(node, "step");
  return node.op->name == "slice" && before.sizes == after.sizes &&
         (is_none(step) || *step == Argument{std::int64_t{1}});
}

bool is_identity_permutation(const Node& node, std::size_t rank) {
  const auto wrapped = [&](std::int64_t dim) {
    return dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim;
  };
  if (node.op->name == "permute") {
    const auto* dims = std::get_if<std::vector<std::int64_t>>(argument_named(node, "dims"));
    for (std::size_t i = 0; dims && i < dims->size(); ++i) {
      if (wrapped((*dims)[i]) != static_cast<std::int64_t>(i)) return false;
    }
    return dims != nullptr;
  }
  if (node.op->name == "transpose" && node.op->overload == "int") {
    const auto* dim0 = std::get_if<std::int64_t>(argument_named(node, "dim0"));
    const auto* dim1 = std::get_if<std::int64_t>(argument_named(node, "dim1"));
    return dim0 && dim1 && wrapped(*dim0) == wrapped(*dim1);
  }
  return false;
}

// Copies of the operand that nobody writes to, so that the operand serves as well.
const char* no_op_copy(const Node& node) {
  if (node.op->name == "lift_fresh_copy") return "copy of a constant";
  if (node.op->name == "pad" || node.op->name == "constant_pad_nd") {
    const auto* pad = std::get_if<std::vector<std::int64_t>>(argument_named(node, "pad"));
    if (pad && std::all_of(pad->begin(), pad->end(), [](auto width) { return width == 0; })) {
      return "padding of zero width";
    }
  }
  return nullptr;
}

const char* same_tensor(const Node& node, const TensorMeta& before, const TensorMeta& after) {
  if (contains(kAliases, node.op->name)) return "alias of its operand";
  if (is_eval_dropout(node)) return "dropout that drops nothing";
  if (is_no_op_cast(node, before, after)) return "no-op cast";
  if (contains(kResizingViews, node.op->name) && before.sizes == after.sizes &&
      before.dtype == after.dtype) {
    return "no-op view";
  }
  if (is_no_op_slice(node, before, after)) return "slice of the whole";
  if (is_identity_permutation(node, before.sizes.size())) return "no-op permutation";
  return nullptr;
}

bool returns_nothing(const Node& node) {
  return !node.op->writes() && std::all_of(node.outputs.begin(), node.outputs.end(),
                                           [](ValueId output) { return output == kNone; });
}

std::vector<bool> written_storages(const Graph& graph, const StorageGroups& groups) {
  std::vector<bool> written(graph.values.size());
  for (const Node& node : graph.nodes) {
    for (const ValueId value : written_by(node)) {
      written[static_cast<std::size_t>(groups.owner[static_cast<std::size_t>(value)])] = true;
    }
  }
  return written;
}

// Per value: whether the program returns it.
std::vector<bool> results_of(const Graph& graph) {
  std::vector<bool> results(graph.values.size());
  for (const Argument& output : graph.outputs) {
    for (const ValueRef value : tensors_in(output))
      results[static_cast<std::size_t>(value.id)] = true;
  }
  return results;
}

}  // namespace

void drop_no_ops(Rewrite& rewrite) {
  const StorageGroups groups = storage_groups(rewrite.graph());
  const std::vector<bool> written = written_storages(rewrite.graph(), groups);
  const auto is_written = [&](ValueId value) {
    return written[static_cast<std::size_t>(groups.owner[static_cast<std::size_t>(value)])];
  };
  const std::vector<bool> results = results_of(rewrite.graph());
  for (NodeId id = 0; id < rewrite.node_count(); ++id) {
    Node& node = rewrite.node(id);
    rewrite.read_through(node);
    if (node.op->name_space != "aten") continue;
    if (returns_nothing(node)) {
      const bool asserts = node.op->name.find("assert") != std::string::npos;
      rewrite.drop(id, asserts ? "assertion" : "its number is known from the shapes");
      continue;
    }
    const ValueRef* operand = first_operand(node);
    if (operand == nullptr) continue;
    const TensorMeta& before = rewrite.meta(operand->id);
    const TensorMeta& after = rewrite.meta(node.outputs[0]);
    // A parameter can't be a result itself.
    if (results[static_cast<std::size_t>(node.outputs[0])] &&
        parameter_of(rewrite.graph(), operand->id) != kNone) {
      continue;
    }
    if (const char* reason = same_tensor(node, before, after)) {
      rewrite.drop_as(id, operand->id, reason);
    } else if (const char* copied = no_op_copy(node); copied && before.strides == after.strides &&
                                                      !is_written(operand->id) &&
                                                      !is_written(node.outputs[0])) {
      rewrite.drop_as(id, operand->id, copied);
    }
  }
  rewrite.read_through_outputs();
}

}  // namespace strata
