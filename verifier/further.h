#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/descriptor.h"
#include "verifier/judge_run.h"
#include "verifier/probes.h"
#include "verifier/subject_run.h"

// What a step is asked when its trials agree: probes, whether its results depend on what the
// original's depend on, gradients. Like the trials, first the refactored side runs, then the
// original's side runs and compares.

namespace strata {

struct FurtherChecks {
  // The inputs as captured, by which probes tell masks from other tensors. Asked for before the
  // trial.
  std::function<std::vector<at::Tensor>()> samples;
  std::size_t trial = 1;  // whose weights and inputs they start from
  std::vector<Probe> probes{std::begin(kProbes), std::end(kProbes)};
  bool sensitivity = false;
  bool gradients = false;
};

// For a process of its own, which it confines first, as run_subject does. Loads the component and
// runs the checks. A probe that makes it throw is a result; what it throws otherwise passes
// through.
nlohmann::json further_subject(const SubjectRun& run, const FurtherChecks& checks);

// What further_subject returned, and the tensors that it stored.
struct FurtherResults {
  nlohmann::json document;
  PrivateMapping tensors;
};

// Gives them when the original is done: the two may run at the same time.
using AskFurther = std::function<FurtherResults()>;

// Runs the original and compares with what further_subject gave. Returns
//   {"reasons", "probes": [...]} and, null or an object each, "sensitivity", "children" and
//   "gradients"
// Probes: where the original throws nothing is asked of the refactored side; elsewhere both must
// agree, places of NaN and infinity included. Scaled probes have atol times the largest value, and
// beyond that the fp64 arbiter with a factor of 8, for they amplify rounding. Each says by
// digests what ran on both sides.
// Gradients: by the step's tolerances, atol times the largest element, for an element is a sum over
// all positions. Throws Error{"gradients.original"} when the original itself has none, and
// Error{"subject.results"} for anything else than further_subject writes.
nlohmann::json further_judge(const JudgeRun& run, const FurtherChecks& checks,
                             const AskFurther& subject);

}  // namespace strata
