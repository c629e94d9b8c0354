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

// What is known of a computation that branches on data.
struct Paths {
  std::string difference;                   // why it is not proved as a whole; empty when it is
  std::vector<std::vector<bool>> unproved;  // the decisions on paths that are not
  std::set<std::string> operations;         // the original's on each, by digest_of
};

Paths prove_paths(const JudgeRun& run, const SubjectResults& subject) {
  const TrialData data = run.trial(0);
  const OriginalSide side = run.original(data);
  const std::vector<Trace> paths = record_paths([&](const std::vector<bool>& script) {
    at::manual_seed(data.generator_seed);
    Trace trace;
    forward_recorded(side, copies(data.inputs), trace, &script);
    return trace;
  });
  Paths result;
  const bool alike = !paths.empty() && paths.size() == subject.paths.size();
  if (!alike) {
    result.difference = fmt::format(
        "it branches on data: {} paths of the original could be followed, {} of the refactored "
        "component",
        paths.size(), subject.paths.size());
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    result.operations.insert(digest_of(paths[i]));
    const std::string difference = alike ? prove(paths[i], subject.paths[i]).difference : "";
    if (alike && difference.empty()) continue;
    if (result.difference.empty())
      result.difference = fmt::format("where it branches on data: {}", difference);
    result.unproved.push_back(paths[i].decisions);
  }
  return result;
}

std::set<std::string> operations_of(const SubjectResults& subject) {
  std::set<std::string> operations{digest_of(subject.trace)};
  for (const Trace& path : subject.paths) operations.insert(digest_of(path));
  return operations;
}

// What is neither proved nor seen must not pass.
void judge_paths(const Paths& paths, const std::set<std::vector<bool>>& taken,
                 std::vector<std::string>& reasons) {
  for (const std::vector<bool>& decisions : paths.unproved) {
    if (taken.contains(decisions)) continue;
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

json judge_run(const JudgeRun& run, const SubjectResults& subject) {
  const ConditionsScope conditions(run.conditions);
  std::vector<ParameterId> places;
  for (ParameterId id : writable_candidates(*run.graph)) {
    if (std::ranges::find(run.weights, id) != run.weights.end()) places.push_back(id);
  }

  std::vector<std::string> reasons;
  json trials = json::array();
  Proof proof;
  std::map<std::string, int> arithmetic;   // of the original
  std::set<std::string> operations;        // of the original's first trial, and of its paths
  std::set<std::size_t> original_differs;  // trials in which it ran others
  bool branches = false;                   // on data
  Paths paths;
  std::set<std::vector<bool>> taken;  // decisions in the trials
  bool bit_equal = run.trials > 0;
  bool arbitrated = false;
  double max_abs = 0;
  for (std::size_t i = 0; i < run.trials; ++i) {
    const TrialData data = run.trial(i);
    const OriginalSide side = run.original(data);
    TrialData again = data;  // for the replay: a run may write its inputs
    if (run.arbiter) again.inputs = copies(data.inputs);
    const TrialResults expected =
        run_trial(data, places, [&](const std::vector<at::Tensor>& inputs) {
          const bool other = i < subject.same_operations.size() && !subject.same_operations[i];
          if (i > 0 && !branches && !(proof.proved && other)) return side.forward(inputs);
          Trace trace;
          std::vector<at::Tensor> outputs = forward_recorded(side, inputs, trace);
          taken.insert(trace.decisions);
          if (i == 0) {
            proof = prove(trace, subject.trace);
            if (!run.raw_code.empty()) {
              proof.proved = false;
              proof.difference = fmt::format("raw code, which no operator shows: {}",
                                             fmt::join(run.raw_code, ", "));
            }
            operations.insert(digest_of(trace));
            arithmetic = trace.arithmetic;
            branches = !trace.decisions.empty();
          } else if (!operations.contains(digest_of(trace))) {
            original_differs.insert(i);
          }
          return outputs;
        });
    if (i == 0 && branches) {
      paths = prove_paths(run, subject);
      operations.insert(paths.operations.begin(), paths.operations.end());
      proof.proved = proof.proved && paths.difference.empty();
      if (proof.difference.empty()) proof.difference = paths.difference;
    }
    if (i >= subject.trials.size())
      throw Error("subject.results", "the refactored component's results: a trial is missing");
    if (i == 0 && !proof.proved) {
      for (const std::string& alias : subject.trials[i].aliases) {
        if (std::ranges::find(expected.aliases, alias) == expected.aliases.end())
          reasons.push_back(
              fmt::format("{}: {}, not so in the original", run.trial_names.at(i), alias));
      }
    }
    CompareSettings settings = compare_settings(run);
    std::optional<TrialResults> replay;
    if (run.arbiter) {
      settings.reference = [&]() -> const TrialResults& {
        if (!replay) replay = replayed(run, again, places);
        return *replay;
      };
    }
    const json compared =
        compare_results(expected, subject.trials[i], settings, run.trial_names.at(i), reasons);
    bit_equal = bit_equal && compared.at("bit_equal").get<bool>();
    arbitrated = arbitrated || compared.at("arbitrated").get<bool>();
    max_abs = std::max(max_abs, compared.at("max_abs_error").get<double>());
    trials.push_back(compared);
  }
  judge_paths(paths, taken, reasons);
  judge_vacuity(trials, reasons);
  reasons.insert(reasons.end(), subject.faults.begin(), subject.faults.end());
  judge_operations(run, subject, original_differs, proof, reasons);
  const bool contradiction = proof.proved && !reasons.empty() && conditions.unmet().empty();
  return {{"reasons", reasons},
          {"proof", to_json(proof)},
          {"operations", {{"original", operations}, {"refactored", operations_of(subject)}}},
          {"outside_children", subject.trace.outside_children},
          {"arithmetic", {{"ran", subject.trace.arithmetic}, {"original", arithmetic}}},
          {"contradiction", contradiction},
          {"bit_equal", bit_equal},
          {"arbitrated", arbitrated},
          {"max_abs_error", max_abs},
          {"unmet_conditions", conditions.unmet()},
          {"trials", std::move(trials)}};
}

}  // namespace strata
