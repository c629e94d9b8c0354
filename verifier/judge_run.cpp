#include "verifier/judge_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <set>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/arbiter.h"
#include "verifier/buffers.h"
#include "verifier/proof.h"

namespace strata {
namespace {

using nlohmann::json;

json to_json(const Proof& proof) {
  return {{"proved", proof.proved},
          {"difference", proof.difference},
          {"original_operations", proof.original_operations},
          {"refactored_operations", proof.subject_operations}};
}

std::vector<at::Tensor> copies(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.clone());
  return result;
}

// What was proved of the first call, and of the paths on it, holds for others that ran the same.
// One that did not, while the original did, goes by something else than what the original computes
// with.
void judge_operations(const JudgeRun& run, const SubjectResults& subject,
                      const std::set<std::size_t>& original_differs, Proof& proof,
                      std::vector<std::string>& reasons) {
  if (!proof.proved) return;
  for (std::size_t call = 1; call < subject.same_operations.size(); ++call) {
    if (subject.same_operations[call]) continue;
    if (proof.proved) {
      proof.proved = false;
      proof.difference = fmt::format(
          "call {} of the refactored component ran other operations than call 1", call + 1);
    }
    if (original_differs.contains(call)) continue;
    reasons.push_back(fmt::format(
        "{}: the refactored component ran other operations than in its first call, where they were "
        "the original's; the original runs the same in both",
        call < run.trial_names.size() ? run.trial_names[call] : "the first trial, repeated"));
  }
}

// One trial of the original.
struct OriginalTrial {
  TrialResults results;
  std::string operations;  // digest_of its trace
  std::vector<bool> decisions;
};

// The original's side of all that is compared.
struct Original {
  std::vector<OriginalTrial> trials;
  Trace trace;               // of the first
  std::vector<Trace> paths;  // on it, where it branches on data
};

// What is known of a computation that branches on data.
struct Paths {
  std::string difference;                   // why it is not proved as a whole; empty when it is
  std::vector<std::vector<bool>> unproved;  // the decisions on paths that are not
};

std::vector<Trace> original_paths(const JudgeRun& run) {
  const TrialData data = run.trial(0);
  const OriginalSide side = run.original(data);
  return record_paths([&](const std::vector<bool>& script) {
    at::manual_seed(data.generator_seed);
    Trace trace;
    forward_recorded(side, copies(data.inputs), trace, &script);
    return trace;
  });
}

Paths prove_paths(const std::vector<Trace>& paths, const SubjectResults& subject) {
  Paths result;
  const bool alike = !paths.empty() && paths.size() == subject.paths.size();
  if (!alike) {
    result.difference = fmt::format(
        "it branches on data: {} paths of the original could be followed, {} of the refactored "
        "component",
        paths.size(), subject.paths.size());
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string difference = alike ? prove(paths[i], subject.paths[i]).difference : "";
    if (alike && difference.empty()) continue;
    if (result.difference.empty())
      result.difference = fmt::format("where it branches on data: {}", difference);
    result.unproved.push_back(paths[i].decisions);
  }
  return result;
}

Original run_original(const JudgeRun& run, const std::vector<ParameterId>& places) {
  Original original;
  for (std::size_t i = 0; i < run.trials; ++i) {
    const TrialData data = run.trial(i);
    const OriginalSide side = run.original(data);
    Trace trace;
    OriginalTrial trial;
    trial.results = kept(run_trial(data, places, [&](const std::vector<at::Tensor>& inputs) {
      return forward_recorded(side, inputs, trace);
    }));
    trial.operations = digest_of(trace);
    trial.decisions = trace.decisions;
    original.trials.push_back(std::move(trial));
    if (i > 0) continue;
    original.trace = std::move(trace);
    if (!original.trace.decisions.empty()) original.paths = original_paths(run);
  }
  return original;
}

// `paths`: what is known of them.
Proof prove_run(const JudgeRun& run, const Original& original, const SubjectResults& subject,
                Paths& paths) {
  Proof proof = prove(original.trace, subject.trace);
  if (!run.raw_code.empty()) {
    proof.proved = false;
    proof.difference =
        fmt::format("raw code, which no operator shows: {}", fmt::join(run.raw_code, ", "));
  }
  if (original.trace.decisions.empty()) return proof;
  paths = prove_paths(original.paths, subject);
  proof.proved = proof.proved && paths.difference.empty();
  if (proof.difference.empty()) proof.difference = paths.difference;
  return proof;
}

std::set<std::string> operations_of(const Trace& trace, const std::vector<Trace>& paths) {
  std::set<std::string> operations{digest_of(trace)};
  for (const Trace& path : paths) operations.insert(digest_of(path));
  return operations;
}

// The trials in which the original ran none of `operations`.
std::set<std::size_t> trials_beside(const Original& original,
                                    const std::set<std::string>& operations) {
  std::set<std::size_t> trials;
  for (std::size_t i = 0; i < original.trials.size(); ++i)
    if (!operations.contains(original.trials[i].operations)) trials.insert(i);
  return trials;
}

// Results that share memory, which the original's do not. They hold the same numbers until one of
// them is written, so operations can't tell.
void judge_aliases(const JudgeRun& run, const Original& original, const SubjectResults& subject,
                   Proof& proof, std::vector<std::string>& reasons) {
  std::set<std::string> said;
  for (std::size_t i = 0; i < original.trials.size(); ++i) {
    const std::vector<std::string>& expected = original.trials[i].results.aliases;
    for (const std::string& alias : subject.trials[i].aliases) {
      if (std::ranges::find(expected, alias) != expected.end() || !said.insert(alias).second)
        continue;
      reasons.push_back(
          fmt::format("{}: {}, not so in the original", run.trial_names.at(i), alias));
    }
  }
  if (said.empty()) return;
  proof.proved = false;
  proof.difference = fmt::format("results that share memory: {}", *said.begin());
}

// What is neither proved nor seen must not pass.
void judge_paths(const Paths& paths, const Original& original, std::vector<std::string>& reasons) {
  for (const std::vector<bool>& decisions : paths.unproved) {
    if (std::ranges::find(original.trials, decisions, &OriginalTrial::decisions) !=
        original.trials.end())
      continue;
    reasons.push_back(fmt::format(
        "branches [{}]: no trial takes them, and they are not proved to be the original's: {}",
        fmt::join(decisions, ", "), paths.difference));
  }
}

// Outputs that every trial compares without proving anything by it.
void judge_vacuity(const json& trials, std::vector<std::string>& reasons) {
  std::map<std::string, bool> vacuous;
  std::map<std::string, double> largest;
  for (const json& trial : trials) {
    for (const json& tensor : trial.at("tensors")) {
      const auto name = tensor.at("name").get<std::string>();
      const auto entry = vacuous.emplace(name, true).first;
      entry->second = entry->second && tensor.at("vacuous").get<bool>();
      const json& size = tensor.at("expected_max_abs");
      if (size.is_number()) largest[name] = std::max(largest[name], size.get<double>());
    }
  }
  for (const auto& [name, all] : vacuous) {
    if (!all) continue;
    reasons.push_back(fmt::format(
        "{}: vacuous: in every trial the original's is so small or so constant (up to {:.3g}) that "
        "zeros or one number would pass, and the refactored component's is not the same bit for "
        "bit",
        name, largest[name]));
  }
}

}  // namespace

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

std::vector<at::Tensor> forward_recorded(const OriginalSide& side,
                                         const std::vector<at::Tensor>& inputs, Trace& trace,
                                         const std::vector<bool>* script) {
  std::vector<TraceInput> labels = input_labels(inputs);
  labels.insert(labels.end(), side.weights.begin(), side.weights.end());
  std::vector<at::Tensor> outputs;
  trace = record_trace(labels, [&] { return outputs = side.forward(inputs); }, {}, {}, script);
  return outputs;
}

CompareSettings compare_settings(const JudgeRun& run) {
  CompareSettings settings;
  settings.output_names = run.output_names;
  settings.graph = run.graph;
  settings.composition = run.composition;
  settings.tolerance = run.tolerance;
  return settings;
}

TrialResults replayed(const JudgeRun& run, const TrialData& data,
                      const std::vector<ParameterId>& places) {
  try {
    const TrialData wide = in_fp64(data);
    const OriginalSide side = run.original(wide);
    return run_trial(wide, places, [&](const std::vector<at::Tensor>& inputs) {
      return replay_in_fp64([&] { return side.forward(inputs); });
    });
  } catch (const std::exception&) {
    throw Error("arbiter.replay",
                fmt::format("fp64 replay: the original must run in fp64; got: {}; judge it without "
                            "--arbiter",
                            thrown_words()));
  }
}

json judge_run(const JudgeRun& run, const AskSubject& ask) {
  const ConditionsScope conditions(run.conditions);
  std::vector<ParameterId> places;
  for (ParameterId id : writable_candidates(*run.graph)) {
    if (std::ranges::find(run.weights, id) != run.weights.end()) places.push_back(id);
  }
  const Original original = run_original(run, places);
  const SubjectResults subject = ask();
  if (subject.trials.size() < run.trials)
    throw Error("subject.results", "the refactored component's results: a trial is missing");

  std::vector<std::string> reasons;
  Paths paths;
  Proof proof = prove_run(run, original, subject, paths);
  judge_aliases(run, original, subject, proof, reasons);
  json trials = json::array();
  bool bit_equal = run.trials > 0;
  bool arbitrated = false;
  double max_abs = 0;
  for (std::size_t i = 0; i < run.trials; ++i) {
    CompareSettings settings = compare_settings(run);
    std::optional<TrialResults> replay;
    if (run.arbiter) {
      settings.reference = [&]() -> const TrialResults& {
        if (!replay) replay = replayed(run, run.trial(i), places);
        return *replay;
      };
    }
    const json compared = compare_results(original.trials[i].results, subject.trials[i], settings,
                                          run.trial_names.at(i), reasons);
    bit_equal = bit_equal && compared.at("bit_equal").get<bool>();
    arbitrated = arbitrated || compared.at("arbitrated").get<bool>();
    max_abs = std::max(max_abs, compared.at("max_abs_error").get<double>());
    trials.push_back(compared);
  }
  judge_paths(paths, original, reasons);
  judge_vacuity(trials, reasons);
  reasons.insert(reasons.end(), subject.faults.begin(), subject.faults.end());
  const std::set<std::string> operations = operations_of(original.trace, original.paths);
  judge_operations(run, subject, trials_beside(original, operations), proof, reasons);
  const bool contradiction = proof.proved && !reasons.empty() && conditions.unmet().empty();
  return {
      {"reasons", reasons},
      {"proof", to_json(proof)},
      {"operations",
       {{"original", operations}, {"refactored", operations_of(subject.trace, subject.paths)}}},
      {"outside_children", subject.trace.outside_children},
      {"arithmetic", {{"ran", subject.trace.arithmetic}, {"original", original.trace.arithmetic}}},
      {"contradiction", contradiction},
      {"bit_equal", bit_equal},
      {"arbitrated", arbitrated},
      {"max_abs_error", max_abs},
      {"unmet_conditions", conditions.unmet()},
      {"trials", std::move(trials)}};
}

}  // namespace strata
