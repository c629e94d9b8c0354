#include "verifier/further.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/arbiter.h"
#include "verifier/backward.h"
#include "verifier/buffers.h"
#include "verifier/idle_children.h"
#include "verifier/poison.h"
#include "verifier/sensitivity.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr double kScaledFactor = 8;

std::vector<ParameterId> written_places(const Graph& graph, const TrialData& data) {
  std::vector<ParameterId> places;
  for (ParameterId id : writable_candidates(graph)) {
    if (data.weights.at(at(id)).defined()) places.push_back(id);
  }
  return places;
}

// Sums what one backward pass gives, by name.
struct GradientSums {
  std::map<std::string, at::Tensor> of;
  std::vector<std::string> results;  // that gradients flow from

  TakeGradient take() {
    return [this](const std::string& name, const at::Tensor& gradient) {
      if (!gradient.defined()) return;
      at::Tensor& sum = of[name];
      sum = sum.defined() ? sum + gradient : gradient.detach();
    };
  }
};

GradientSums gradients(const Graph& graph, const MakeSide& make, const TrialData& data,
                       const std::vector<ParameterId>& places) {
  GradientSums sums;
  sums.results = backward(graph, make, data, places, data.generator_seed, sums.take());
  return sums;
}

json stored_gradients(const GradientSums& sums, int file) {
  json tensors = json::object();
  for (const auto& [name, tensor] : sums.of)
    tensors[name] = to_json(store_tensor(file, tensor.contiguous()));
  return {{"results", sums.results}, {"tensors", std::move(tensors)}};
}

GradientSums read_gradients(const json& document, const PrivateMapping& mapping) {
  GradientSums sums;
  document.at("results").get_to(sums.results);
  for (const auto& [name, stored] : document.at("tensors").items())
    sums.of[name] = stored_tensor(mapping, stored_tensor_from_json(stored));
  return sums;
}

MakeSide make_original(const JudgeRun& run) {
  return [&run](const TrialData& data) {
    OriginalSide side = run.original(data);
    ReadySide ready;
    ready.forward = std::move(side.forward);
    for (std::size_t i = 0; i < side.weights.size(); ++i)
      ready.weights.emplace_back(run.weights.at(i), side.weights[i].tensor);
    return ready;
  };
}

// What the original gives on a probe's trial.
struct ExpectedProbe {
  Probe probe;
  TrialData trial;
  TrialResults results;
  std::string operations;  // digest_of its trace
  std::string threw;       // in words, where it gives nothing
};

ExpectedProbe expected_of(const JudgeRun& run, Probe probe, TrialData probed,
                          const std::vector<ParameterId>& places) {
  ExpectedProbe expected{probe, std::move(probed), {}, "", ""};
  try {
    const TrialData trial = with_own_inputs(expected.trial);
    const OriginalSide side = run.original(trial);
    Trace trace;
    expected.results = kept(run_trial(trial, places, [&](const std::vector<at::Tensor>& given) {
      return forward_recorded(side, given, trace);
    }));
    expected.operations = digest_of(trace);
  } catch (const std::exception&) {
    expected.threw = thrown_words();
  }
  return expected;
}

json judge_probe(const JudgeRun& run, const ExpectedProbe& expected,
                 const std::vector<ParameterId>& places, const json& answer,
                 const PrivateMapping& results, std::vector<std::string>& reasons) {
  const std::string name = fmt::format("probe \"{}\"", probe_name(expected.probe));
  json report = {{"name", probe_name(expected.probe)}};
  const bool subject_threw = answer.contains("threw");
  if (!expected.threw.empty()) {
    report["outcome"] = subject_threw ? "both refuse" : "not defined by the original";
    report["original_threw"] = expected.threw;
    return report;
  }
  if (subject_threw) {
    report["outcome"] = "differs";
    reasons.push_back(fmt::format("{}: the refactored component threw: {}", name,
                                  answer.at("threw").get<std::string>()));
    return report;
  }
  CompareSettings settings = compare_settings(run);
  std::optional<TrialResults> replay;
  if (is_scaled(expected.probe)) {
    settings.to_scale = true;
    settings.factor = kScaledFactor;
  }
  if (is_scaled(expected.probe) || run.arbiter) {
    settings.reference = [&]() -> const TrialResults& {
      if (!replay) replay = replayed(run, with_own_inputs(expected.trial), places);
      return *replay;
    };
  }
  const std::size_t before = reasons.size();
  json compared =
      compare_results(expected.results, read_trial(answer, results), settings, name, reasons);
  report["operations"] = {{"original", expected.operations},
                          {"refactored", answer.at("operations").get<std::string>()}};
  report["outcome"] = reasons.size() == before ? "agrees" : "differs";
  for (const char* key : {"bit_equal", "max_abs_error", "arbitrated", "tensors"})
    report[key] = std::move(compared.at(key));
  return report;
}

// A child is idle that makes no difference in any trial from this one on.
IdleChildren ask_children(
    const SubjectRun& run, std::size_t trial, Subject& subject, const WeightMap& map,
    const std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>& forward) {
  IdleChildren answer;
  const std::size_t last = std::max(run.trials, trial + 1);
  for (std::size_t i = trial; i < last && (i == trial || !answer.idle.empty()); ++i) {
    const TrialData data = run.trial(i);
    const std::vector<ParameterId> places = written_places(*run.graph, data);
    subject.set_weights(weights_by_member(run, map, data));
    const RunAround around = [&](const auto& wrap) {
      return run_trial(with_own_inputs(data), places, [&](const std::vector<at::Tensor>& inputs) {
        return wrap([&] { return forward(inputs); });
      });
    };
    const IdleChildren found = idle_children(subject.frames(), around, answer.idle);
    answer = {i == trial ? found.asked : answer.asked, found.idle};
  }
  return answer;
}

json to_json(const IdleChildren& children) {
  json idle = json::array();
  for (const CalledChild& call : children.idle) idle.push_back({call.number, call.component});
  return {{"asked", children.asked}, {"idle", std::move(idle)}};
}

json judge_children(const json& answer, std::vector<std::string>& reasons) {
  json idle = json::array();
  for (const json& call : answer.at("idle")) {
    idle.push_back(fmt::format("call {} of a child, {}", call.at(0).get<int>() + 1,
                               call.at(1).get<std::string>()));
    reasons.push_back(idle.back().get<std::string>() +
                      ": it makes no difference: with other numbers in place of its results the "
                      "outputs are the same in every trial");
  }
  return {{"asked", answer.at("asked").get<int>()}, {"idle", std::move(idle)}};
}

json judge_sensitivity(const std::map<std::string, Sensitivity>& original,
                       const std::map<std::string, Sensitivity>& refactored,
                       std::vector<std::string>& reasons) {
  const std::vector<std::string> lost = lost_dependences(original, refactored);
  reasons.insert(reasons.end(), lost.begin(), lost.end());
  json insensitive = json::array();
  json unknown = json::array();
  for (const auto& [name, one] : original) {
    if (!one.known()) {
      unknown.push_back(name);
    } else if (!one.matters()) {
      insensitive.push_back(name);
    }
  }
  return {{"asked", original.size()},
          {"lost", lost},
          {"insensitive_in_the_original", std::move(insensitive)},
          {"unknown", std::move(unknown)},
          {"original", to_json(original)},
          {"refactored", to_json(refactored)}};
}

json judge_gradients(const JudgeRun& run, const GradientSums& original,
                     const GradientSums& refactored, std::vector<std::string>& reasons) {
  CompareSettings settings = compare_settings(run);
  settings.to_scale = true;
  settings.output_names.clear();
  TrialResults expected;
  TrialResults got;
  if (original.of.empty()) {
    throw Error("gradients.original",
                "--gradients: the original must have a result that is differentiable; got none");
  }
  for (const std::string& name : original.results) {
    if (std::ranges::find(refactored.results, name) == refactored.results.end())
      reasons.push_back(fmt::format(
          "gradients: {} carries none in the refactored component: it was detached", name));
  }
  for (const auto& [name, tensor] : original.of) {
    const auto found = refactored.of.find(name);
    if (found == refactored.of.end()) {
      if (tensor.count_nonzero().item<std::int64_t>() == 0) continue;
      reasons.push_back(fmt::format(
          "gradients: none flows to {} in the refactored component; the original's is up to {:.3g}",
          name, tensor.abs().max().item<double>()));
      continue;
    }
    settings.output_names.push_back("gradient of " + name);
    expected.outputs.push_back(tensor);
    got.outputs.push_back(found->second);
  }
  for (const auto& [name, tensor] : refactored.of) {
    if (original.of.contains(name) || tensor.count_nonzero().item<std::int64_t>() == 0) continue;
    reasons.push_back(fmt::format(
        "gradients: one flows to {} in the refactored component, none in the original", name));
  }
  json report = {{"results", original.results}};
  if (expected.outputs.empty()) return report;
  report.update(compare_results(expected, got, settings, "gradients", reasons));
  report.erase("trial");
  return report;
}

[[noreturn]] void refuse_results(const std::string& got) {
  throw Error(
      "subject.results",
      "the refactored component's further results: must be as they were written; got " + got);
}

// The original's side of the checks.
struct ExpectedChecks {
  std::vector<ExpectedProbe> probes;
  std::map<std::string, Sensitivity> sensitivity;
  GradientSums gradients;
};

ExpectedChecks run_original(const JudgeRun& run, const FurtherChecks& checks,
                            const std::vector<at::Tensor>& samples, const TrialData& data,
                            const std::vector<ParameterId>& places) {
  ExpectedChecks expected;
  for (Probe probe : checks.probes) {
    if (auto probed = probe_trial(probe, *run.graph, data, samples))
      expected.probes.push_back(expected_of(run, probe, std::move(*probed), places));
  }
  const MakeSide make = make_original(run);
  if (checks.sensitivity) {
    expected.sensitivity =
        sensitivities(*run.graph, make, data, run.weights, places, data.generator_seed);
  }
  if (checks.gradients) expected.gradients = gradients(*run.graph, make, data, places);
  return expected;
}

json judge_checks(const JudgeRun& run, const FurtherChecks& checks, const AskFurther& ask) {
  const ConditionsScope conditions(run.conditions);
  const std::vector<at::Tensor> samples = checks.samples();
  const TrialData data = run.trial(checks.trial);
  std::vector<ParameterId> places;
  for (ParameterId id : written_places(*run.graph, data)) {
    if (std::ranges::find(run.weights, id) != run.weights.end()) places.push_back(id);
  }
  const ExpectedChecks expected = run_original(run, checks, samples, data, places);
  const FurtherResults given = ask();
  const json& subject = given.document;
  std::vector<std::string> reasons;
  json probes = json::array();
  for (const ExpectedProbe& probe : expected.probes) {
    const std::string name(probe_name(probe.probe));
    if (!subject.at("probes").contains(name))
      throw Error("runner.tensor",
                  fmt::format("probe {}: the results must hold it; got none", name));
    probes.push_back(
        judge_probe(run, probe, places, subject.at("probes").at(name), given.tensors, reasons));
  }
  json report = {{"probes", std::move(probes)},
                 {"sensitivity", nullptr},
                 {"children", nullptr},
                 {"gradients", nullptr}};
  if (checks.sensitivity) {
    report["sensitivity"] = judge_sensitivity(
        expected.sensitivity, sensitivities_from_json(subject.at("sensitivity")), reasons);
    report["children"] = judge_children(subject.at("children"), reasons);
  }
  if (checks.gradients) {
    report["gradients"] = judge_gradients(
        run, expected.gradients, read_gradients(subject.at("gradients"), given.tensors), reasons);
  }
  report["reasons"] = reasons;
  return report;
}

}  // namespace

json further_subject(const SubjectRun& run, const FurtherChecks& checks) {
  at::set_num_threads(1);  // none may run when the process is confined
  const std::vector<at::Tensor> samples = checks.samples();
  const TrialData data = run.trial(checks.trial);
  confine_subject(run, bytes_of(data.weights));

  const ConditionsScope conditions(run.conditions);
  std::optional<Poison> poison;
  if (is_on(run.isolation, Protection::kPoison)) poison.emplace();
  Subject subject(run.library, run.component);
  const WeightMap map = resolve_weights(run.lines, *run.graph, run.needed, subject.members());
  const std::vector<ParameterId> places = written_places(*run.graph, data);
  const auto forward = [&](const std::vector<at::Tensor>& inputs) {
    if (poison) poison->set(true);
    std::vector<at::Tensor> outputs = subject.forward(inputs);
    if (poison) poison->set(false);
    return outputs;
  };

  json probes = json::object();
  for (Probe probe : checks.probes) {
    const std::optional<TrialData> trial = probe_trial(probe, *run.graph, data, samples);
    if (!trial) continue;
    subject.set_weights(weights_by_member(run, map, *trial));
    json& answer = probes[std::string(probe_name(probe))];
    try {
      std::string operations;
      const auto recorded = [&](const std::vector<at::Tensor>& given) {
        std::vector<at::Tensor> outputs;
        operations = digest_of(record_trace(subject_labels(run, map, subject, given),
                                            [&] { return outputs = forward(given); }));
        return outputs;
      };
      answer = store_trial(run.results, run_trial(*trial, places, recorded));
      answer["operations"] = operations;
    } catch (const std::exception&) {
      answer = {{"threw", thrown_words()}};
    }
  }
  const MakeSide make = [&](const TrialData& trial) {
    subject.set_weights(weights_by_member(run, map, trial));
    const std::map<std::string, at::Tensor> tensors = subject.member_tensors();
    ReadySide side{forward, {}};
    for (const auto& [place, id] : map) side.weights.emplace_back(id, tensors.at(place));
    return side;
  };
  json result = {{"probes", std::move(probes)}};
  if (checks.sensitivity) {
    result["sensitivity"] =
        to_json(sensitivities(*run.graph, make, data, run.needed, places, data.generator_seed));
  }
  if (checks.gradients)
    result["gradients"] = stored_gradients(gradients(*run.graph, make, data, places), run.results);
  // Last, for each trial's weights take the place of the one's before.
  if (checks.sensitivity)
    result["children"] = to_json(ask_children(run, checks.trial, subject, map, forward));
  return result;
}

json further_judge(const JudgeRun& run, const FurtherChecks& checks, const AskFurther& subject) {
  try {
    return judge_checks(run, checks, subject);
  } catch (const json::exception& problem) {
    refuse_results(problem.what());
  } catch (const Error& problem) {
    if (problem.id() != "runner.tensor") throw;
    refuse_results(problem.what());
  }
}

}  // namespace strata
