#include "decomposer/normalise/storage_groups.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace strata {
namespace {

// Operators that may return (a view of) their first operand although their schema does not say so.
constexpr std::array<std::string_view, 7> kSilentViews = {
    "_unsafe_view", "type_as",    "broadcast_tensors", "meshgrid",
    "atleast_1d",   "atleast_2d", "atleast_3d"};

constexpr std::array<std::string_view, 13> kRandom = {
    "rand",        "randn",     "randint", "randperm", "normal",  "bernoulli", "multinomial",
    "exponential", "geometric", "uniform", "poisson",  "dropout", "rrelu"};

ValueId first_tensor(const Node& node) {
  for (const Argument& argument : node.arguments) {
    const auto tensors = tensors_in(argument);
    if (!tensors.empty()) return tensors.front().id;
  }
  return kNone;
}

// Normalisation in training mode updates its running statistics, which the schemas of these
// operators do not say.
bool updates_statistics(const Node& node) {
  const std::string& name = node.op->name;
  const char* flag = name == "instance_norm" ? "use_input_stats" : "training";
  if (name != "instance_norm" && name != "batch_norm" && name != "native_batch_norm") return false;
  const int index = node.op->argument_index(flag);
  return index >= 0 && node.arguments[static_cast<std::size_t>(index)] == Argument{true};
}

}  // namespace

std::vector<ValueId> written_by(const Node& node) {
  std::vector<ValueId> written;
  if (node.op->name == "detach_") return written;  // changes no element
  const auto& declared = node.op->arguments;
  const bool statistics = updates_statistics(node);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const bool is_statistic =
        statistics && (declared[i].name == "running_mean" || declared[i].name == "running_var");
    if (!declared[i].written && !is_statistic) continue;
    for (const ValueRef value : tensors_in(node.arguments[i])) written.push_back(value.id);
  }
  return written;
}

bool draws_random_numbers(const Node& node) {
  return std::any_of(kRandom.begin(), kRandom.end(), [&](std::string_view word) {
    return node.op->name.find(word) != std::string::npos;
  });
}

ValueId aliased_operand(const Node& node, std::size_t output) {
  const auto& returns = node.op->returns;
  if (returns.empty()) return kNone;
  const auto& result = returns[std::min(output, returns.size() - 1)];
  if (result.alias_set.empty()) {
    const auto silent = std::find(kSilentViews.begin(), kSilentViews.end(), node.op->name);
    return silent == kSilentViews.end() ? kNone : first_tensor(node);
  }
  for (std::size_t i = 0; i < node.op->arguments.size(); ++i) {
    if (node.op->arguments[i].alias_set != result.alias_set) continue;
    const auto tensors = tensors_in(node.arguments[i]);
    if (!tensors.empty()) return tensors[std::min(output, tensors.size() - 1)].id;
  }
  return first_tensor(node);
}

StorageGroups storage_groups(const Graph& graph) {
  StorageGroups groups;
  groups.owner.resize(graph.values.size());
  groups.origin.assign(graph.values.size(), kNone);
  for (std::size_t i = 0; i < graph.values.size(); ++i) groups.owner[i] = static_cast<ValueId>(i);
  std::vector<ValueId> first_of(graph.storages.size(), kNone);
  for (const Parameter& parameter : graph.parameters) {
    if (parameter.storage == kNone) continue;
    ValueId& first = first_of[static_cast<std::size_t>(parameter.storage)];
    if (first == kNone) first = parameter.value;
    groups.owner[static_cast<std::size_t>(parameter.value)] = first;
  }
  for (const Node& node : graph.nodes) {
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] == kNone) continue;
      const ValueId operand = aliased_operand(node, i);
      if (operand == kNone) continue;
      groups.origin[static_cast<std::size_t>(node.outputs[i])] = operand;
      groups.owner[static_cast<std::size_t>(node.outputs[i])] =
          groups.owner[static_cast<std::size_t>(operand)];
    }
  }
  return groups;
}

std::vector<bool> external_storages(const Graph& graph, const StorageGroups& groups) {
  std::vector<bool> external(graph.values.size());
  const auto mark = [&](ValueId value) {
    external[static_cast<std::size_t>(groups.owner[static_cast<std::size_t>(value)])] = true;
  };
  for (const Parameter& parameter : graph.parameters) mark(parameter.value);
  for (const ValueId input : graph.inputs) mark(input);
  return external;
}

}  // namespace strata
