#include "verifier/trial.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/graph/index.h"
#include "verifier/buffers.h"
#include "verifier/compare.h"

namespace strata {
namespace {

std::vector<std::string> aliases_of(const TrialData& data, const std::vector<at::Tensor>& outputs) {
  std::vector<std::string> aliases;
  const auto shares = [](const at::Tensor& one, const at::Tensor& other) {
    return one.defined() && other.defined() && one.has_storage() && other.has_storage() &&
           one.nbytes() > 0 && one.storage().data() == other.storage().data();
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t k = 0; k < data.inputs.size(); ++k) {
      if (shares(outputs[i], data.inputs[k]))
        aliases.push_back(fmt::format("output {} shares memory with input {}", i, k));
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (shares(outputs[i], outputs[k]))
        aliases.push_back(fmt::format("output {} shares memory with output {}", i, k));
    }
    const bool weight = std::ranges::any_of(
        data.weights, [&](const at::Tensor& candidate) { return shares(outputs[i], candidate); });
    if (weight) aliases.push_back(fmt::format("output {} shares memory with a weight", i));
  }
  std::ranges::sort(aliases);
  return aliases;
}

}  // namespace

TrialData with_own_inputs(TrialData data) {
  for (at::Tensor& input : data.inputs) input = input.clone();
  return data;
}

std::string weight_name(const Parameter& parameter) {
  return parameter.slice.empty() ? parameter.name : parameter.name + "." + parameter.slice;
}

std::vector<TraceInput> input_labels(const std::vector<at::Tensor>& inputs) {
  std::vector<TraceInput> labels;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    labels.push_back({fmt::format("input {}", i), inputs[i]});
  }
  return labels;
}

TrialResults run_trial(
    const TrialData& data, const std::vector<ParameterId>& places,
    const std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>& forward) {
  std::vector<at::Tensor> before;
  for (const at::Tensor& input : data.inputs) before.push_back(input.clone());
  const Snapshot snapshot(data.weights, places);
  at::manual_seed(data.generator_seed);

  TrialResults results;
  results.outputs = forward(data.inputs);
  results.aliases = aliases_of(data, results.outputs);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!bit_equal(before[i], data.inputs[i])) results.changed_inputs[i] = data.inputs[i];
  }
  // A result that is a buffer's own memory must not be put back with the buffer.
  for (at::Tensor& output : results.outputs) {
    const bool lent = output.defined() && std::ranges::any_of(places, [&](ParameterId id) {
                        const at::Tensor& place = data.weights.at(at(id));
                        return place.defined() && output.is_alias_of(place);
                      });
    if (lent) output = output.detach().clone();
  }
  for (ParameterId id : snapshot.changed())
    results.changed_weights[id] = data.weights.at(at(id)).clone();
  snapshot.restore();
  return results;
}

TrialResults kept(TrialResults results) {
  for (at::Tensor& output : results.outputs)
    if (!results.aliases.empty() && output.defined()) output = output.detach().clone();
  for (auto& [index, input] : results.changed_inputs) input = input.detach().clone();
  return results;
}

std::string different_place(const TrialResults& first, const TrialResults& second) {
  if (first.outputs.size() != second.outputs.size()) return "another number of outputs";
  const auto same = [](const at::Tensor& one, const at::Tensor& other) {
    return one.defined() == other.defined() && (!one.defined() || bit_equal(one, other));
  };
  for (std::size_t i = 0; i < first.outputs.size(); ++i) {
    if (!same(first.outputs[i], second.outputs[i])) return fmt::format("output {}", i);
  }
  const auto equal_maps = [&](const auto& one, const auto& other) {
    return std::ranges::equal(one, other, [&](const auto& left, const auto& right) {
      return left.first == right.first && same(left.second, right.second);
    });
  };
  if (!equal_maps(first.changed_inputs, second.changed_inputs)) return "what it writes to inputs";
  if (!equal_maps(first.changed_weights, second.changed_weights))
    return "what it writes to buffers";
  return "";
}

std::uint64_t bytes_of(const std::vector<at::Tensor>& weights) {
  std::set<const void*> seen;
  std::uint64_t bytes = 0;
  for (const at::Tensor& weight : weights) {
    if (!weight.defined() || !seen.insert(weight.storage().data()).second) continue;
    bytes += static_cast<std::uint64_t>(weight.nbytes());
  }
  return bytes;
}

}  // namespace strata
