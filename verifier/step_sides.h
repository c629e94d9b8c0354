#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verifier/further.h"
#include "verifier/judge_run.h"
#include "verifier/runner.h"
#include "verifier/subject_run.h"

namespace strata {

using MakeTrial = std::function<TrialData(std::size_t)>;

// The two sides of a step. Each function is called in the process that runs what it returns.
struct StepSides {
  std::string name;
  std::function<SubjectRun()> refactored;  // `results` and `hand_over` are filled in
  std::function<JudgeRun()> original;
  std::function<FurtherChecks(const MakeTrial&)> further;  // `sensitivity` is filled in
  bool probes_apart = false;                               // in a job of their own, probes_job
  bool side_by_side = false;  // run at the same time; both then take up memory
  bool gradients = false;
  Limits limits;
  std::vector<int> descriptors;  // that the sides read
};

// The job that judges a step, in four stages: the refactored side and then the original's on all
// trials; and, when these agree, both again for the further checks that are still of use. A proved
// step needs no sensitivity, for the same operations on the same weights depend on the same.
// Stages 2 and 4 return judge_run's and further_judge's results. Where proof and numbers disagree,
// stage 3 is explain_subject instead, and the last.
Job step_job(std::shared_ptr<const StepSides> sides);

// The job that runs the probes, whatever the trials say: two stages, as 3 and 4 of step_job with
// nothing else to check. It may run beside step_job.
Job probes_job(std::shared_ptr<const StepSides> sides);

// Where numbers of probes contradict the proof of the trials, runs explain_subject on these probes
// and adds its outcome. `step`, `probes`: of step_job and probes_job.
void explain_probes(const std::shared_ptr<const StepSides>& sides, const std::vector<Outcome>& step,
                    std::vector<Outcome>& probes);

}  // namespace strata
