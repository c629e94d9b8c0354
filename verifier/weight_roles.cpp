// Which way a parameter is drawn anew, from the operators that read it.

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <unordered_map>

#include "verifier/randomise.h"

namespace strata {
namespace {

using Sizes = std::vector<std::int64_t>;

std::int64_t product(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view without_underscore(std::string_view name) {
  return name.ends_with('_') && !name.ends_with("__") ? name.substr(0, name.size() - 1) : name;
}

WeightRole matrix(std::int64_t fan_in) {
  return {WeightKind::kMatrix, std::max<std::int64_t>(fan_in, 1)};
}

// The role that one reading asks for; `sizes` as the reader sees them, perhaps through views.
WeightRole role_of_reading(const OperatorSchema& op, std::size_t argument, const Sizes& sizes) {
  const std::string_view name = without_underscore(op.name);
  const std::string_view place = op.arguments[argument].name;
  const std::size_t rank = sizes.size();
  if (place == "running_var") return {WeightKind::kVariance};
  if (place == "running_mean" || place == "bias") return {WeightKind::kShift};
  if (name.find("norm") != std::string_view::npos && place == "weight") return {WeightKind::kScale};
  if (name.starts_with("embedding")) return {WeightKind::kTable};
  if (name.find("conv_transpose") != std::string_view::npos && place == "weight" && rank > 1)
    return matrix(product(sizes) / std::max<std::int64_t>(sizes[1], 1));
  if (name.find("conv") != std::string_view::npos && place == "weight" && rank > 0)
    return matrix(product(sizes) / std::max<std::int64_t>(sizes[0], 1));
  if (name == "linear" && rank == 2) return matrix(sizes[1]);
  if (one_of(name, {"addmm", "baddbmm", "addbmm", "addmv"}) && place == "self")
    return {WeightKind::kShift};
  if (one_of(name, {"matmul", "mm", "bmm", "addmm", "baddbmm", "mv", "dot"}) && rank > 0) {
    const bool left = place == "self" || place == "mat1" || place == "batch1";
    return matrix(left || rank == 1 ? sizes[rank - 1] : sizes[rank - 2]);
  }
  if (one_of(name, {"lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell"}))
    return rank == 2 ? matrix(sizes[1]) : WeightRole{WeightKind::kShift};
  if (one_of(name, {"mul", "div", "prelu", "__mul__", "multiply"})) return {WeightKind::kScale};
  if (one_of(name, {"add", "sub", "rsub", "__add__"}))
    return {rank <= 1 ? WeightKind::kShift : WeightKind::kTable};
  if (one_of(name, {"cat", "stack", "index", "index_select", "where", "gather"}))
    return {WeightKind::kTable};
  return {WeightKind::kScale};
}

// Which of two readers' wishes counts: matrices keep activations at unit scale, so they come first.
int weight_of(WeightKind kind) {
  switch (kind) {
    case WeightKind::kMatrix:
      return 3;
    case WeightKind::kTable:
      return 2;
    case WeightKind::kKeep:
      return 0;
    default:
      return 1;
  }
}

// Operators that hand on the same numbers: the reader behind them tells the role.
bool hands_on(const OperatorSchema& op) {
  return op.is_view() || one_of(op.name, {"to", "_to_copy", "clone", "contiguous", "detach", "t"});
}

class RoleFinder {
 public:
  explicit RoleFinder(const Graph& graph) : graph_(graph), roles_(graph.parameters.size()) {
    for (std::size_t i = 0; i < graph.parameters.size(); ++i)
      owners_.emplace(graph.parameters[i].value, i);
    for (const Node& node : graph.nodes) visit(node);
  }
  std::vector<WeightRole> take() { return std::move(roles_); }

 private:
  void visit(const Node& node) {
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
      for (const ValueRef value : tensors_in(node.arguments[i])) read(node, i, value.id);
    }
  }
  void read(const Node& node, std::size_t argument, ValueId value) {
    const auto owner = owners_.find(value);
    if (owner == owners_.end()) return;
    if (hands_on(*node.op)) {
      for (const ValueId output : node.outputs)
        if (output != kNone) owners_.emplace(output, owner->second);
      return;
    }
    const Parameter& parameter = graph_.parameters[owner->second];
    if (!is_floating(parameter.meta.dtype) && !is_complex(parameter.meta.dtype)) return;
    const WeightRole role = role_of_reading(
        *node.op, argument, graph_.values.at(static_cast<std::size_t>(value)).meta.sizes);
    // Buffers other than running statistics are masks, frequencies and the like.
    const bool statistic =
        role.kind == WeightKind::kVariance || node.op->arguments[argument].name == "running_mean";
    if (parameter.kind != ParameterKind::kParameter && !statistic) return;
    WeightRole& known = roles_[owner->second];
    if (weight_of(role.kind) > weight_of(known.kind)) known = role;
  }

  const Graph& graph_;
  std::vector<WeightRole> roles_;
  std::unordered_map<ValueId, std::size_t> owners_;
};

}  // namespace

std::string_view weight_kind_name(WeightKind kind) {
  switch (kind) {
    case WeightKind::kKeep:
      return "keep";
    case WeightKind::kMatrix:
      return "matrix";
    case WeightKind::kTable:
      return "table";
    case WeightKind::kScale:
      return "scale";
    case WeightKind::kShift:
      return "shift";
    case WeightKind::kVariance:
      break;
  }
  return "variance";
}

std::vector<WeightRole> weight_roles(const Graph& graph) {
  std::vector<WeightRole> roles = RoleFinder(graph).take();
  // One role for all that lies in one storage.
  std::unordered_map<std::int32_t, std::size_t> largest;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (graph.parameters[i].storage == kNone || roles[i].kind == WeightKind::kKeep) continue;
    const auto [place, is_new] = largest.emplace(graph.parameters[i].storage, i);
    if (!is_new && weight_of(roles[i].kind) > weight_of(roles[place->second].kind))
      place->second = i;
  }
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const auto found = largest.find(graph.parameters[i].storage);
    if (found != largest.end()) roles[i] = roles[found->second];
  }
  return roles;
}

}  // namespace strata
