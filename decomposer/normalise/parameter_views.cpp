#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "decomposer/normalise/rules.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

constexpr std::array<std::string_view, 22> kViews = {
    "view",        "slice",     "select",  "transpose", "permute", "unsqueeze", "squeeze",
    "t",           "chunk",     "split",   "unbind",    "narrow",  "flatten",   "split_with_sizes",
    "reshape",     "unflatten", "movedim", "swapaxes",  "numpy_T", "diagonal",  "mT",
    "unsafe_chunk"};
// These copy when the operand's strides do not allow a view.
constexpr std::array<std::string_view, 3> kMaybeCopies = {"reshape", "flatten", "unsafe_chunk"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_contiguous(const TensorMeta& meta) {
  std::int64_t expected = 1;
  for (std::size_t i = meta.sizes.size(); i > 0; --i) {
    if (meta.sizes[i - 1] != 1 && meta.strides[i - 1] != expected) return false;
    expected *= meta.sizes[i - 1];
  }
  return true;
}

bool overlaps_itself(const TensorMeta& meta) {
  for (std::size_t i = 0; i < meta.sizes.size(); ++i) {
    if (meta.sizes[i] > 1 && meta.strides[i] == 0) return true;
  }
  return false;
}

// "slice(0, 0, 768)[1]": how the view was made, for people.
std::string description(const Node& node, std::size_t output) {
  std::ostringstream text;
  text << node.op->name << '(';
  const char* comma = "";
  for (std::size_t i = 1; i < node.arguments.size(); ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&node.arguments[i])) {
      text << comma << *number;
      comma = ", ";
    } else if (const auto* list = std::get_if<std::vector<std::int64_t>>(&node.arguments[i])) {
      text << comma << '{';
      for (std::size_t j = 0; j < list->size(); ++j) text << (j ? ", " : "") << (*list)[j];
      text << '}';
      comma = ", ";
    }
  }
  text << ')';
  if (node.outputs.size() > 1) text << '[' << output << ']';
  return text.str();
}

class ParameterViews {
 public:
  explicit ParameterViews(Rewrite& rewrite)
      : rewrite_(rewrite),
        parameter_(rewrite.graph().values.size(), kNone),
        needed_(rewrite.graph().values.size()),
        fixed_(rewrite.graph().values.size()) {
    const Graph& graph = rewrite.graph();
    for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
      parameter_[index(graph.parameters[i].value)] = static_cast<ParameterId>(i);
    }
    const StorageGroups groups = storage_groups(graph);
    std::vector<bool> written(graph.values.size());
    for (NodeId id = 0; id < rewrite.node_count(); ++id) {
      if (rewrite.removed(id)) continue;
      for (const ValueId value : inputs_of(rewrite.node(id))) needed_[index(value)] = true;
      for (const ValueId value : written_by(rewrite.node(id))) {
        written[index(groups.owner[index(value)])] = true;
      }
    }
    for (std::size_t i = 0; i < fixed_.size(); ++i) fixed_[i] = written[index(groups.owner[i])];
    for (const Argument& output : graph.outputs) {
      for (const ValueRef value : tensors_in(output)) fixed_[index(value.id)] = true;
    }
  }

  void apply(NodeId id) {
    const Node& node = rewrite_.node(id);
    const ParameterId base = base_of(node);
    if (base == kNone) return;
    for (const ValueId output : node.outputs) {
      if (!is_slice(rewrite_.meta(output), base)) return;
    }
    std::vector<ValueId> same(node.outputs.size(), kNone);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (needed_[index(node.outputs[i])]) same[i] = add(node, i, base);
    }
    rewrite_.drop_as(id, same, "view of a parameter");
  }

 private:
  static std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

  // The parameter of which the node makes views that can stand for themselves, or kNone.
  ParameterId base_of(const Node& node) const {
    const auto inputs = inputs_of(node);
    if (node.op->name_space != "aten" || !contains(kViews, node.op->name) || inputs.size() != 1) {
      return kNone;
    }
    const ParameterId base = parameter_[index(inputs[0])];
    if (base == kNone || fixed_[index(inputs[0])]) return kNone;
    for (const ValueId output : node.outputs) {
      if (output == kNone || fixed_[index(output)]) return kNone;
    }
    // The value's strides must be the stored ones, or its views tell nothing about the storage.
    const TensorMeta& read = rewrite_.meta(inputs[0]);
    const TensorMeta& stored = rewrite_.graph().parameters[index(base)].meta;
    if (read.strides != stored.strides || read.sizes != stored.sizes) return kNone;
    if (contains(kMaybeCopies, node.op->name) && !is_contiguous(read)) return kNone;
    return base;
  }

  bool is_slice(const TensorMeta& view, ParameterId base) const {
    return !overlaps_itself(view) &&
           view.dtype == rewrite_.graph().parameters[index(base)].meta.dtype;
  }

  // The value of an equal view that was made before, or kNone.
  ValueId add(const Node& node, std::size_t output, ParameterId base) {
    Graph& graph = rewrite_.graph();
    Parameter made = graph.parameters[index(base)];
    const TensorMeta& read = rewrite_.meta(made.value);
    const TensorMeta& view = rewrite_.meta(node.outputs[output]);
    const std::int64_t stored_offset = made.meta.storage_offset;
    made.value = node.outputs[output];
    made.slice += (made.slice.empty() ? "" : ".") + description(node, output);
    made.meta = view;
    // A view of a leaf says what the leaf says, without autograd too, and kernels are picked by
    // that.
    made.meta.requires_grad = graph.parameters[index(base)].meta.requires_grad;
    made.meta.storage_offset = stored_offset + view.storage_offset - read.storage_offset;
    for (const Parameter& other : graph.parameters) {
      if (other.name == made.name && other.slice == made.slice) return other.value;
    }
    parameter_[index(made.value)] = static_cast<ParameterId>(graph.parameters.size());
    graph.parameters.push_back(std::move(made));
    return kNone;
  }

  Rewrite& rewrite_;
  std::vector<ParameterId> parameter_;  // per value
  std::vector<bool> needed_;            // per value: some node reads it
  std::vector<bool> fixed_;             // per value: its storage is written, or it is a result
};

}  // namespace

void slice_parameters(Rewrite& rewrite) {
  ParameterViews views(rewrite);
  for (NodeId id = 0; id < rewrite.node_count(); ++id) {
    if (rewrite.removed(id)) continue;
    rewrite.read_through(rewrite.node(id));
    views.apply(id);
  }
}

}  // namespace strata
