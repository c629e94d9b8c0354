#pragma once

#include "verifier/verdicts.h"
#include "verifier/verify_plan.h"

namespace strata {

// Saves what a step that fails by its run leaves behind, for `verify_step --replay`, in the folder
// `counterexample` beside its reports, and names it in summary and report. An earlier run's is
// removed.
void save_counterexample(const VerifyOptions& options, const Plan& plan, const PlannedStep& step,
                         JudgedStep& judged);

}  // namespace strata
