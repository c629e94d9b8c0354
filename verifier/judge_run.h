#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/executor.h"
#include "verifier/subject_run.h"

// The original's side: what compares, in a process that never loads the refactored component.

namespace strata {

// Overrides of the guide's tolerances; apply to inexact dtypes.
struct ToleranceOverride {
  std::optional<double> rtol;
  std::optional<double> atol;
};

// The original, ready for one trial.
struct OriginalSide {
  std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)> forward;
  std::vector<TraceInput> weights;  // the tensors that it reads, from traced_weight
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
};

// The original as a part of a graph, run node by node.
OriginalSide part_side(const Graph& graph, const GraphPart& part, const TrialData& data);

// Runs the original on every trial and compares with what the subject gave. Returns
//   {"reasons", "proof": {...}, "outside_children", "contradiction", "bit_equal", "max_abs_error",
//   "unmet_conditions", "trials": [...]}
// where a contradiction is a proof beside numbers that differ: a mistake of Strata's own.
// Throws Error where it can't judge.
nlohmann::json judge_run(const JudgeRun& run, const SubjectResults& subject);

// Compares one side's results with another's and adds what is wrong to `reasons`. `expected` may be
// a recorded run.
nlohmann::json compare_results(const TrialResults& expected, const TrialResults& got,
                               const std::vector<std::string>& output_names, const Graph& graph,
                               bool composition, const ToleranceOverride& tolerance,
                               const std::string& trial, std::vector<std::string>& reasons);

}  // namespace strata
