#include "decomposer/cover/roles.h"

#include <algorithm>
#include <complex>
#include <string_view>
#include <unordered_set>

#include "decomposer/normalise/storage_groups.h"
#include "kernels_l0/plumbing.h"

namespace strata {
namespace {

using Names = std::unordered_set<std::string_view>;

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// Elementwise operators that, on parameters alone, are part of whatever reads the result.
bool is_elementwise(const OperatorSchema& op) {
  static const Names names = {"exp", "neg",      "rsub",       "sub",  "add",
                              "mul", "div",      "sqrt",       "pow",  "rsqrt",
                              "abs", "softplus", "reciprocal", "tanh", "sigmoid"};
  return names.contains(op.name);
}

bool is_free_of_floats(const Graph& graph, ValueId value, ParameterId parameter) {
  if (parameter != kNone && graph.parameters[index(parameter)].kind != ParameterKind::kParameter) {
    return true;
  }
  const ScalarType type = graph.values[index(value)].meta.dtype;
  return !is_floating(type) && !is_complex(type);
}

}  // namespace

bool is_plumbing(const OperatorSchema& op) {
  if (op.name_space != "aten" || !moves_data_only(op.name)) return false;
  if (op.name == "view") return op.overload != "dtype";
  // A tensor says where, or what is filled in.
  static const Names by_tensor = {"Tensor", "self_Tensor", "tensor_indices_or_sections"};
  static const Names fixed = {"masked_fill", "narrow", "repeat_interleave", "tensor_split"};
  return !fixed.contains(op.name) || !by_tensor.contains(op.overload);
}

bool is_arithmetic(const OperatorSchema& op) {
  if (op.name_space != "aten") return false;
  if (op.name == "pow") return op.overload == "Tensor_Scalar";
  if (op.name == "div") return op.overload == "Tensor" || op.overload == "Scalar";
  static const Names names = {"add", "sub", "mul", "neg", "rsub", "true_divide"};
  return names.contains(op.name);
}

bool is_constant(const OperatorSchema& op) {
  static const Names names = {"arange",        "zeros",        "ones",     "full",
                              "empty",         "eye",          "linspace", "scalar_tensor",
                              "tril_indices",  "triu_indices", "logspace", "empty_permuted",
                              "empty_strided", "hann_window"};
  return op.name_space == "aten" && names.contains(op.name);
}

bool is_contraction(const OperatorSchema& op) {
  static const Names names = {
      "linear",       "matmul",      "bmm",          "mm",
      "addmm",        "baddbmm",     "conv1d",       "conv2d",
      "conv3d",       "einsum",      "embedding",    "lstm",
      "gru",          "lstm_cell",   "gru_cell",     "sort",
      "topk",         "cumsum",      "fft_fftn",     "histc",
      "gather",       "convolution", "tensordot",    "bilinear",
      "mv",           "dot",         "rnn_tanh",     "rnn_relu",
      "_grouped_mm",  "fft_rfft2",   "fft_irfft2",   "scaled_dot_product_attention",
      "grid_sampler", "index",       "index_select", "embedding_bag",
      "argsort"};
  return names.contains(op.name) || op.name.rfind("conv_transpose", 0) == 0 ||
         op.name.find("_pool") != std::string::npos || op.name.rfind("upsample_", 0) == 0;
}

namespace {

// What is written into a storage in place shows in all its values.
class WrittenStorages {
 public:
  WrittenStorages(const Graph& graph, const std::vector<bool>& writes) : graph_(graph) {
    if (std::find(writes.begin(), writes.end(), true) == writes.end()) return;
    groups_ = storage_groups(graph);
    written_.assign(graph.values.size(), false);
    with_floats_.assign(graph.values.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (!writes[i]) continue;
      writers_.push_back(static_cast<NodeId>(i));
      for (const ValueId value : written_by(graph.nodes[i])) written_[owner(value)] = true;
    }
  }

  bool written(ValueId value) const { return !writers_.empty() && written_[owner(value)]; }
  bool with_floats(ValueId value) const { return !writers_.empty() && with_floats_[owner(value)]; }

  // Takes in what the islands say about the operands; true when that changed anything.
  bool spread(const std::vector<bool>& island) {
    bool changed = false;
    for (const NodeId id : writers_) {
      const auto inputs = inputs_of(graph_.nodes[index(id)]);
      const bool floats = std::any_of(inputs.begin(), inputs.end(),
                                      [&](ValueId input) { return !island[index(input)]; });
      for (const ValueId value : written_by(graph_.nodes[index(id)])) {
        if (!floats || with_floats_[owner(value)]) continue;
        with_floats_[owner(value)] = changed = true;
      }
    }
    return changed;
  }

 private:
  std::size_t owner(ValueId value) const { return index(groups_.owner[index(value)]); }

  const Graph& graph_;
  StorageGroups groups_;
  std::vector<NodeId> writers_;
  std::vector<bool> written_;  // per owner of a storage
  std::vector<bool>
      with_floats_;  // per owner of a storage: some float activation or parameter went in
};

// A parent may write real numbers alone.
bool takes_complex_number(const Node& node) {
  return std::ranges::any_of(node.arguments, [](const Argument& argument) {
    return std::holds_alternative<std::complex<double>>(argument);
  });
}

Role role_of(const Node& node, bool touches_parameter, bool writes) {
  if (touches_parameter || writes || takes_complex_number(node)) return Role::kCompute;
  if (is_constant(*node.op) && inputs_of(node).empty()) return Role::kConstant;
  if (is_plumbing(*node.op)) return Role::kPlumbing;
  return is_arithmetic(*node.op) ? Role::kArithmetic : Role::kCompute;
}

void find_islands(const Graph& graph, const std::vector<ParameterId>& parameter_of_value,
                  WrittenStorages& storages, std::vector<bool>& island) {
  do {
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
      const auto value = static_cast<ValueId>(i);
      island[i] = graph.values[i].producer == kNone &&
                  is_free_of_floats(graph, value, parameter_of_value[i]) &&
                  !storages.with_floats(value);
    }
    for (const Node& node : graph.nodes) {
      const auto inputs = inputs_of(node);
      const bool free = std::all_of(inputs.begin(), inputs.end(),
                                    [&](ValueId input) { return bool{island[index(input)]}; });
      for (const ValueId output : node.outputs) {
        if (output != kNone) island[index(output)] = free && !storages.with_floats(output);
      }
    }
  } while (storages.spread(island));
}

bool is_shared(const Graph& graph, const std::vector<NodeId>& readers) {
  return std::any_of(readers.begin(), readers.end(), [&](NodeId reader) {
    return graph.nodes[index(reader)].frame != graph.nodes[index(readers.front())].frame;
  });
}

}  // namespace

ValueFacts value_facts(const Graph& graph, const std::vector<ParameterId>& parameter_of_value,
                       const std::vector<bool>& writes) {
  ValueFacts facts;
  facts.roles.reserve(graph.nodes.size());
  facts.island.assign(graph.values.size(), false);
  facts.of_parameters.assign(graph.values.size(), false);
  WrittenStorages storages(graph, writes);
  find_islands(graph, parameter_of_value, storages, facts.island);
  const std::vector<std::vector<NodeId>> readers = readers_of(graph);
  std::vector<bool> constant(graph.values.size());
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    facts.of_parameters[i] = parameter_of_value[i] != kNone;
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto inputs = inputs_of(node);
    std::size_t parameters = 0;
    std::size_t constants = 0;
    for (const ValueId input : inputs) {
      parameters += facts.of_parameters[index(input)] ? 1 : 0;
      constants += constant[index(input)] ? 1 : 0;
    }
    const Role role = role_of(node, parameters > 0, writes[i]);
    facts.roles.push_back(role);
    const bool simple =
        is_plumbing(*node.op) || is_arithmetic(*node.op) || is_elementwise(*node.op);
    for (const ValueId output : node.outputs) {
      if (output == kNone || storages.written(output)) continue;
      // What several modules read is made once, by a kernel, and is an activation from there on.
      facts.of_parameters[index(output)] = simple && parameters > 0 &&
                                           parameters + constants == inputs.size() &&
                                           !is_shared(graph, readers[index(output)]);
      constant[index(output)] =
          role == Role::kConstant || (simple && !inputs.empty() && constants == inputs.size());
    }
  }
  return facts;
}

}  // namespace strata
