#include "decomposer/cover/roles.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

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
  static const Names names = {"view",
                              "reshape",
                              "flatten",
                              "unflatten",
                              "permute",
                              "transpose",
                              "expand",
                              "squeeze",
                              "unsqueeze",
                              "repeat",
                              "cat",
                              "stack",
                              "split",
                              "chunk",
                              "unbind",
                              "slice",
                              "select",
                              "contiguous",
                              "clone",
                              "to",
                              "masked_fill",
                              "t",
                              "numpy_T",
                              "narrow",
                              "split_with_sizes",
                              "movedim",
                              "swapaxes",
                              "_unsafe_view",
                              "mT",
                              "unfold",
                              "concat",
                              "concatenate",
                              "_to_copy",
                              "tile",
                              "hstack",
                              "vstack",
                              "tensor_split",
                              "expand_copy",
                              "broadcast_to",
                              "swapdims",
                              "moveaxis",
                              "diagonal",
                              "view_as_real",
                              "view_as_complex",
                              "detach",
                              "alias",
                              "repeat_interleave",
                              "squeeze_copy",
                              "copy"};
  if (op.name == "unfold" || op.name == "repeat_interleave")
    return op.overload != "Tensor" && op.overload != "self_Tensor";
  if (op.name == "view" && op.overload == "dtype") return false;
  return op.name_space == "aten" && names.contains(op.name);
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

ValueFacts value_facts(const Graph& graph, const std::vector<ParameterId>& parameter_of_value,
                       const std::vector<bool>& writes) {
  ValueFacts facts;
  facts.roles.reserve(graph.nodes.size());
  facts.island.assign(graph.values.size(), false);
  facts.of_parameters.assign(graph.values.size(), false);
  std::vector<bool> constant(graph.values.size());
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    facts.of_parameters[i] = parameter_of_value[i] != kNone;
    if (graph.values[i].producer == kNone) {
      facts.island[i] = is_free_of_floats(graph, static_cast<ValueId>(i), parameter_of_value[i]);
    }
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto inputs = inputs_of(node);
    const auto count_of = [&](const std::vector<bool>& set) {
      return static_cast<std::size_t>(std::count_if(
          inputs.begin(), inputs.end(), [&](ValueId input) { return bool{set[index(input)]}; }));
    };
    const bool moves = is_plumbing(*node.op);
    const bool counts = is_arithmetic(*node.op);
    const std::size_t parameters = count_of(facts.of_parameters);
    const std::size_t constants = count_of(constant);
    Role role = Role::kCompute;
    if (is_constant(*node.op) && inputs.empty()) role = Role::kConstant;
    if (moves) role = Role::kPlumbing;
    if (counts) role = Role::kArithmetic;
    if (parameters > 0 || writes[i]) role = Role::kCompute;
    facts.roles.push_back(role);
    const bool simple = (moves || counts || is_elementwise(*node.op)) && !writes[i];
    for (const ValueId output : node.outputs) {
      if (output == kNone) continue;
      facts.island[index(output)] = count_of(facts.island) == inputs.size();
      facts.of_parameters[index(output)] =
          simple && parameters > 0 && parameters + constants == inputs.size();
      constant[index(output)] =
          role == Role::kConstant || (simple && !inputs.empty() && constants == inputs.size());
    }
  }
  return facts;
}

}  // namespace strata
