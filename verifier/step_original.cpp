#include "verifier/step_original.h"

#include <fmt/format.h>

#include "kernels_l0/error.h"

namespace strata {

nlohmann::json in_process(const StepSetting& setting, const std::string& name,
                          std::vector<int> descriptors,
                          const std::function<nlohmann::json()>& work) {
  const Job job{name,
                {{name, [&](const std::vector<Outcome>&) { return work(); }, setting.limits,
                  std::move(descriptors)}}};
  const Outcome outcome = run_jobs({job}, {}).at(0).at(0);
  if (outcome.ending == Ending::kFinished) return outcome.result;
  if (outcome.ending == Ending::kError) throw Error(outcome.error_id, outcome.reason);
  throw Error("verify_step.process",
              fmt::format("{}: must finish; got a process that {}", name, outcome.reason));
}

void seal_inputs(const StepSetting& setting, const StepOriginal& original) {
  if (is_on(setting.options.isolation, Protection::kPrivateInputs)) seal(original.file->number());
}

Conditions plain_conditions() {
  Conditions conditions = current_conditions();
  conditions.threads = 1;
  conditions.grad_mode = false;
  return conditions;
}

}  // namespace strata
