#include "verifier/failed_step.h"

#include <fmt/format.h>

#include "decomposer/emit/component_file.h"
#include "kernels_l0/error.h"
#include "verifier/counterexample.h"
#include "verifier/step_original.h"

namespace strata {

namespace fs = std::filesystem;

void save_counterexample(const VerifyOptions& options, const Plan& plan, const PlannedStep& step,
                         JudgedStep& judged) {
  const fs::path folder = step.folder / "counterexample";
  std::error_code absent;
  fs::remove_all(folder, absent);  // an earlier run's
  if (judged.summary.judgement.verdict != Verdict::kFail || plan.judged->library.empty()) return;
  VerifyStepOptions asked;
  asked.original = options.folder.string() + ":" + step.folder.filename().string();
  asked.refactored =
      options.folder /
      file_of(plan.judged->tree.components.at(static_cast<std::size_t>(step.component)));
  asked.counterexample = folder;
  asked.arbiter = options.arbiter;
  asked.gradients = options.gradients;
  asked.time_limit = options.time_limit;
  asked.isolation = options.isolation;
  for (ComponentId kernel : plan.judged->user_kernels) {
    asked.user_kernels.push_back(options.folder / file_of(plan.judged->tree.components.at(
                                                      static_cast<std::size_t>(kernel))));
  }
  try {
    const StepSetting setting{asked, folder, plan.judged->seeds, plan.judged->limits};
    save_counterexample(setting, *original_from_step(setting, *plan.judged, step.instance),
                        step.lines, judged.report);
    judged.summary.counterexample = folder;
    judged.report["counterexample"] = folder.string();
  } catch (const Error& error) {
    // The verdict stands all the same.
    judged.summary.judgement.reasons.push_back(fmt::format("no counterexample: {}", error.what()));
    judged.report["reasons"] = judged.summary.judgement.reasons;
  }
}

}  // namespace strata
