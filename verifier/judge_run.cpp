#include "verifier/judge_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "kernels_l0/error.h"
#include "verifier/buffers.h"
#include "verifier/compare.h"
#include "verifier/proof.h"

namespace strata {
namespace {

using nlohmann::json;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// Collects the comparisons of one trial.
class Comparisons {
 public:
  Comparisons(bool composition, const ToleranceOverride& tolerance, const std::string& trial,
              std::vector<std::string>& reasons)
      : composition_(composition), tolerance_(tolerance), trial_(trial), reasons_(reasons) {}

  void add(const std::string& name, const at::Tensor& expected, const at::Tensor& got) {
    if (!expected.defined() && !got.defined()) return;
    if (!expected.defined() || !got.defined()) {
      reasons_.push_back(fmt::format("{}: {} is {} in the refactored component", trial_, name,
                                     got.defined() ? "a tensor" : "missing"));
      return;
    }
    const at::ScalarType dtype = expected.scalar_type();
    const Tolerance tolerance =
        overridden(composition_ ? composition_tolerance(dtype) : step_tolerance(dtype), dtype,
                   tolerance_.rtol, tolerance_.atol);
    const Comparison comparison = compare(expected, got, tolerance);
    if (!comparison.pass)
      reasons_.push_back(fmt::format("{}: {}: {}", trial_, name, describe(comparison)));
    bit_equal_ = bit_equal_ && comparison.agreement == Agreement::kBitEqual;
    max_abs_ = std::max(max_abs_, comparison.max_abs);
    json one = to_json(comparison);
    one["name"] = name;
    list_.push_back(std::move(one));
  }

  bool empty() const { return list_.empty(); }

  json result() const {
    return {{"trial", trial_},
            {"bit_equal", bit_equal_ && !list_.empty()},
            {"max_abs_error", max_abs_},
            {"tensors", list_}};
  }

 private:
  bool composition_;
  const ToleranceOverride& tolerance_;
  const std::string& trial_;
  std::vector<std::string>& reasons_;
  json list_ = json::array();
  bool bit_equal_ = true;
  double max_abs_ = 0;
};

template <typename Key>
at::Tensor find(const std::map<Key, at::Tensor>& tensors, const Key& key) {
  const auto found = tensors.find(key);
  return found == tensors.end() ? at::Tensor() : found->second;
}

// Tensors that either side wrote, under every key.
template <typename Key, typename Name>
void compare_changed(const std::map<Key, at::Tensor>& expected,
                     const std::map<Key, at::Tensor>& got, Name name, const std::string& trial,
                     Comparisons& comparisons, std::vector<std::string>& reasons) {
  for (const auto& [key, tensor] : expected) {
    if (!got.contains(key)) {
      reasons.push_back(fmt::format(
          "{}: {} is written by the original, not by the refactored component", trial, name(key)));
    } else {
      comparisons.add(name(key) + " afterwards", tensor, find(got, key));
    }
  }
  for (const auto& [key, tensor] : got) {
    if (expected.contains(key)) continue;
    reasons.push_back(fmt::format(
        "{}: {} is written by the refactored component, not by the original", trial, name(key)));
  }
}

json to_json(const Proof& proof) {
  return {{"proved", proof.proved},
          {"difference", proof.difference},
          {"original_operations", proof.original_operations},
          {"refactored_operations", proof.subject_operations}};
}

}  // namespace

json compare_results(const TrialResults& expected, const TrialResults& got,
                     const std::vector<std::string>& output_names, const Graph& graph,
                     bool composition, const ToleranceOverride& tolerance, const std::string& trial,
                     std::vector<std::string>& reasons) {
  Comparisons comparisons(composition, tolerance, trial, reasons);
  if (expected.outputs.size() != got.outputs.size()) {
    reasons.push_back(fmt::format("{}: {} outputs, the original has {}", trial, got.outputs.size(),
                                  expected.outputs.size()));
  } else {
    for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
      comparisons.add(i < output_names.size() ? output_names[i] : fmt::format("output {}", i),
                      expected.outputs[i], got.outputs[i]);
    }
  }
  compare_changed(
      expected.changed_inputs, got.changed_inputs,
      [](std::size_t i) { return fmt::format("input {}", i); }, trial, comparisons, reasons);
  compare_changed(
      expected.changed_weights, got.changed_weights,
      [&](ParameterId id) { return weight_name(graph.parameters.at(at(id))); }, trial, comparisons,
      reasons);
  if (comparisons.empty() && reasons.empty())
    reasons.push_back(trial + ": there was nothing to compare");
  return comparisons.result();
}

OriginalSide part_side(const Graph& graph, const GraphPart& part, const TrialData& data) {
  const auto executor = std::make_shared<Executor>(graph, part, data.weights);
  OriginalSide side;
  side.forward = [executor](const std::vector<at::Tensor>& inputs) {
    return executor->run(inputs);
  };
  for (ParameterId id : parameters_of(graph, part)) {
    side.weights.push_back(traced_weight(graph, id, data.weights.at(at(id))));
  }
  return side;
}

json judge_run(const JudgeRun& run, const SubjectResults& subject) {
  const ConditionsScope conditions(run.conditions);
  std::vector<ParameterId> places;
  for (ParameterId id : writable_candidates(*run.graph)) {
    if (std::ranges::find(run.weights, id) != run.weights.end()) places.push_back(id);
  }

  std::vector<std::string> reasons;
  json trials = json::array();
  Proof proof;
  bool bit_equal = run.trials > 0;
  double max_abs = 0;
  for (std::size_t i = 0; i < run.trials; ++i) {
    const TrialData data = run.trial(i);
    const OriginalSide side = run.original(data);
    const TrialResults expected =
        run_trial(data, places, [&](const std::vector<at::Tensor>& inputs) {
          if (i > 0) return side.forward(inputs);
          std::vector<TraceInput> labels = input_labels(inputs);
          labels.insert(labels.end(), side.weights.begin(), side.weights.end());
          std::vector<at::Tensor> outputs;
          const Trace trace = record_trace(labels, [&] { return outputs = side.forward(inputs); });
          proof = prove(trace, subject.trace);
          return outputs;
        });
    if (i >= subject.trials.size())
      throw Error("step.trials", "the refactored component's results: a trial is missing");
    const json compared =
        compare_results(expected, subject.trials[i], run.output_names, *run.graph, run.composition,
                        run.tolerance, run.trial_names.at(i), reasons);
    bit_equal = bit_equal && compared.at("bit_equal").get<bool>();
    max_abs = std::max(max_abs, compared.at("max_abs_error").get<double>());
    trials.push_back(compared);
  }
  const bool contradiction = proof.proved && !reasons.empty() && conditions.unmet().empty();
  return {{"reasons", reasons},
          {"proof", to_json(proof)},
          {"outside_children", subject.trace.outside_children},
          {"contradiction", contradiction},
          {"bit_equal", bit_equal},
          {"max_abs_error", max_abs},
          {"unmet_conditions", conditions.unmet()},
          {"trials", std::move(trials)}};
}

}  // namespace strata
