#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/compare_results.h"
#include "verifier/executor.h"
#include "verifier/subject_run.h"

// The original's side: what compares, in a process that never loads the refactored component.

namespace strata {

// The original, ready for one trial.
struct OriginalSide {
  std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)> forward;
  std::vector<TraceInput> weights;  // the tensors that it reads, from traced_weight, in the order
                                    // of JudgeRun::weights
};

struct JudgeRun {
  const Graph* graph = nullptr;      // whose parameters are the weights
  std::vector<ParameterId> weights;  // those that the original reads
  std::function<OriginalSide(const TrialData&)> original;
  std::vector<std::string> output_names;  // one per output of the original
  Conditions conditions;
  std::size_t trials = 0;
  std::function<TrialData(std::size_t)> trial;  // as in SubjectRun
  std::vector<std::string> trial_names;         // "own weights, captured inputs"
  bool composition = false;                     // tolerances of the composition instead of a step's
  ToleranceOverride tolerance;
  bool arbiter = false;  // the fp64 arbiter also accepts what is outside its tolerance
  // User kernels that run on the refactored side. What raw code computes, no operator shows: then
  // nothing is proved.
  std::vector<std::string> raw_code;
};

// The original as a part of a graph, run node by node.
OriginalSide part_side(const Graph& graph, const GraphPart& part, const TrialData& data);

// Runs a side and records what it does. `script`: as in record_trace.
std::vector<at::Tensor> forward_recorded(const OriginalSide& side,
                                         const std::vector<at::Tensor>& inputs, Trace& trace,
                                         const std::vector<bool>* script = nullptr);

// How the run's results are compared, without an arbiter.
CompareSettings compare_settings(const JudgeRun& run);

// The original's results on a trial when every float is fp64. Throws Error{"arbiter.replay"} when
// the original can't run so.
TrialResults replayed(const JudgeRun& run, const TrialData& data,
                      const std::vector<ParameterId>& places);

// Gives what the subject gave, when the original is done: the two may run at the same time.
using AskSubject = std::function<SubjectResults()>;

// Runs the original on every trial and compares with what the subject gave. Returns
//   {"reasons", "proof": {...}, "operations": {"original", "refactored"}: digests of each side's
//   first trial and of its paths, "outside_children", "arithmetic": {"ran", "original"},
//   "contradiction", "bit_equal", "arbitrated", "max_abs_error", "unmet_conditions",
//   "trials": [...]}
// where a contradiction is a proof beside numbers that differ: a mistake of Strata's own. An output
// whose comparisons are vacuous in all trials is among the reasons.
// Throws Error where it can't judge.
nlohmann::json judge_run(const JudgeRun& run, const AskSubject& subject);

}  // namespace strata
