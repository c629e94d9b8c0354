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

struct JudgeRun {
  const Graph* graph = nullptr;
  GraphPart part;                         // the flat original
  std::vector<std::string> output_names;  // one per output of the part
  Conditions conditions;
  std::size_t trials = 0;
  std::function<TrialData(std::size_t)> trial;  // as in SubjectRun
  std::vector<std::string> trial_names;         // "seed 0: own weights, captured inputs"
  bool composition = false;                     // tolerances of the composition instead of a step's
  ToleranceOverride tolerance;
};

// Runs the original on every trial and compares with what the subject gave. Returns
//   {"verdict", "reasons", "proof": {...}, "bit_equal", "max_abs_error", "trials": [...],
//   "weight_map", "unmet_conditions"}.
// Throws Error where it can't judge.
nlohmann::json judge_run(const JudgeRun& run, const SubjectResults& subject);

// Compares one side's results with another's and adds what is wrong to `reasons`. `expected` may be
// a recorded run.
nlohmann::json compare_results(const TrialResults& expected, const TrialResults& got,
                               const std::vector<std::string>& output_names, const Graph& graph,
                               bool composition, const ToleranceOverride& tolerance,
                               const std::string& trial, std::vector<std::string>& reasons);

}  // namespace strata
