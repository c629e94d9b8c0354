#include "verifier/step_sides.h"

#include <fmt/format.h>

#include <optional>

#include "kernels_l0/error.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

// The checks that are still of use after judge_run's result; nullopt with the reason for none.
std::optional<FurtherChecks> wanted_checks(const StepSides& sides, const json& judged,
                                           std::string& why_not) {
  if (!judged.at("reasons").empty()) {
    why_not = "the trials failed";
    return std::nullopt;
  }
  const bool proved = judged.at("proof").at("proved").get<bool>();
  if (proved && !sides.probe_proved && !sides.gradients) {
    why_not = "proved";
    return std::nullopt;
  }
  FurtherChecks checks = sides.further();
  if (proved && !sides.probe_proved) checks.probes.clear();
  checks.sensitivity = !proved;
  checks.gradients = sides.gradients;
  return checks;
}

}  // namespace

Job step_job(StepSides given) {
  const auto sides = std::make_shared<const StepSides>(std::move(given));
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const auto more_results = std::make_shared<Descriptor>(anonymous_file("further results"));

  const auto refactored = [=](const std::vector<Outcome>&) {
    SubjectRun run = sides->refactored();
    run.results = results->number();
    return run_subject(run);
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    const PrivateMapping mapping(results->number());
    return judge_run(sides->original(), read_subject(earlier.at(0).result, mapping));
  };
  const auto refactored_further = [=](const std::vector<Outcome>& earlier) -> json {
    std::string why_not;
    const auto checks = wanted_checks(*sides, earlier.at(1).result, why_not);
    if (!checks) return {{"skipped", why_not}};
    SubjectRun run = sides->refactored();
    run.results = more_results->number();
    return further_subject(run, *checks);
  };
  const auto original_further = [=](const std::vector<Outcome>& earlier) -> json {
    std::string why_not;
    const auto checks = wanted_checks(*sides, earlier.at(1).result, why_not);
    if (!checks) return {{"skipped", why_not}};
    const PrivateMapping mapping(more_results->number());
    try {
      return further_judge(sides->original(), *checks, earlier.at(2).result, mapping);
    } catch (const json::exception& problem) {
      throw Error("runner.tensor",
                  fmt::format("the refactored component's further results: must be as they were "
                              "written; got {}",
                              problem.what()));
    }
  };
  std::vector<int> kept = sides->descriptors;
  kept.push_back(results->number());
  kept.push_back(more_results->number());
  return {sides->name,
          {{"refactored", refactored, sides->limits, kept},
           {"original", original, sides->limits, kept},
           {"refactored, further checks", refactored_further, sides->limits, kept},
           {"original, further checks", original_further, sides->limits, kept}}};
}

}  // namespace strata
