#include "verifier/step_sides.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "kernels_l0/error.h"
#include "verifier/contradiction.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

bool is_proved(const json& judged) { return judged.at("proof").at("proved").get<bool>(); }

// Whether further checks are of use after judge_run's result.
bool wants_more(const StepSides& sides, const json& judged) {
  if (!judged.at("reasons").empty()) return false;
  return !is_proved(judged) || sides.gradients;
}

// Those checks.
FurtherChecks wanted_checks(const StepSides& sides, const json& judged, const MakeTrial& trial) {
  FurtherChecks checks = sides.further(trial);
  if (is_proved(judged) || sides.probes_apart) checks.probes.clear();
  checks.sensitivity = !is_proved(judged);
  checks.gradients = sides.gradients;
  return checks;
}

// The trials of these probes.
std::vector<TrialData> probe_trials(const FurtherChecks& checks,
                                    const std::vector<std::string>& names, const SubjectRun& run) {
  const std::vector<at::Tensor> samples = checks.samples();
  const TrialData drawn = run.trial(checks.trial);
  std::vector<TrialData> trials;
  for (Probe probe : checks.probes) {
    if (std::ranges::find(names, probe_name(probe)) == names.end()) continue;
    if (auto trial = probe_trial(probe, *run.graph, drawn, samples))
      trials.push_back(std::move(*trial));
  }
  return trials;
}

std::vector<int> with(std::vector<int> descriptors, const Descriptor& one) {
  descriptors.push_back(one.number());
  return descriptors;
}

// The refactored side, for the process that runs it.
SubjectRun ready(const StepSides& sides, const Descriptor& results, const HandOver& hand_over) {
  SubjectRun run = sides.refactored();
  run.results = results.number();
  run.hand_over = hand_over;
  return run;
}

FurtherResults further_results(const Descriptor& file, json document) {
  return {std::move(document), PrivateMapping(file.number())};
}

// The stage of the original's side, which compares: beside the one before it, or after.
Stage comparing(const StepSides& sides, std::string name, std::vector<int> descriptors,
                std::function<json(const std::vector<Outcome>&, const Awaited&)> compare) {
  Stage stage;
  stage.name = std::move(name);
  stage.limits = sides.limits;
  stage.descriptors = std::move(descriptors);
  if (sides.side_by_side) {
    stage.beside = std::move(compare);
    return stage;
  }
  stage.work = [compare = std::move(compare)](const std::vector<Outcome>& earlier) {
    return compare(earlier, [&] { return earlier.back().result; });
  };
  return stage;
}

}  // namespace

Job step_job(std::shared_ptr<const StepSides> sides) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const auto more_results = std::make_shared<Descriptor>(anonymous_file("further results"));

  const auto refactored = [=](const std::vector<Outcome>&, const HandOver& hand_over) {
    return run_subject(ready(*sides, *results, hand_over));
  };
  const auto original = [=](const std::vector<Outcome>&, const Awaited& given) {
    const JudgeRun run = sides->original();
    std::optional<PrivateMapping> mapping;  // which the subject's tensors lie in
    return judge_run(run, [&] {
      const json answer = given();
      mapping.emplace(results->number());
      return read_subject(answer, *mapping, run.trials);
    });
  };
  const auto refactored_again = [=](const std::vector<Outcome>& earlier,
                                    const HandOver& hand_over) {
    const SubjectRun run = ready(*sides, *more_results, hand_over);
    if (is_contradicted(earlier)) return explain_subject(run);
    return further_subject(run, wanted_checks(*sides, earlier.at(1).result, run.trial));
  };
  const auto original_again = [=](const std::vector<Outcome>& earlier, const Awaited& given) {
    const JudgeRun run = sides->original();
    return further_judge(run, wanted_checks(*sides, earlier.at(1).result, run.trial),
                         [&] { return further_results(*more_results, given()); });
  };
  const auto again = [=](const std::vector<Outcome>& earlier) {
    return is_contradicted(earlier) || wants_more(*sides, earlier.at(1).result);
  };
  const auto compare_again = [](const std::vector<Outcome>& earlier) {
    return !is_contradicted(earlier);
  };
  const std::vector<int> first = with(sides->descriptors, *results);
  const std::vector<int> second = with(sides->descriptors, *more_results);
  Stage compares = comparing(*sides, "original", first, original);
  Stage compares_again = comparing(*sides, "original, again", second, original_again);
  compares_again.needed = compare_again;
  return {sides->name,
          {{"refactored", {}, sides->limits, first, refactored},
           std::move(compares),
           {"refactored, again", {}, sides->limits, second, refactored_again, again},
           std::move(compares_again)}};
}

Job probes_job(std::shared_ptr<const StepSides> sides) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results of the probes"));
  const auto refactored = [=](const std::vector<Outcome>&, const HandOver& hand_over) {
    const SubjectRun run = ready(*sides, *results, hand_over);
    return further_subject(run, sides->further(run.trial));
  };
  const auto original = [=](const std::vector<Outcome>&, const Awaited& given) {
    const JudgeRun run = sides->original();
    return further_judge(run, sides->further(run.trial),
                         [&] { return further_results(*results, given()); });
  };
  const std::vector<int> kept = with(sides->descriptors, *results);
  return {sides->name + ", probes",
          {{"refactored, probes", {}, sides->limits, kept, refactored},
           comparing(*sides, "original, probes", kept, original)}};
}

void explain_probes(const std::shared_ptr<const StepSides>& sides, const std::vector<Outcome>& step,
                    std::vector<Outcome>& probes) {
  const auto compared = [](const std::vector<Outcome>& outcomes) {
    return outcomes.size() > 1 && outcomes[1].ending == Ending::kFinished;
  };
  if (!compared(step) || !compared(probes)) return;
  const std::vector<std::string> names = contradicting_probes(step[1].result, probes[1].result);
  if (names.empty()) return;
  const auto explain = [=](const std::vector<Outcome>&, const HandOver& hand_over) {
    SubjectRun run = sides->refactored();
    run.hand_over = hand_over;
    const std::vector<TrialData> trials = probe_trials(sides->further(run.trial), names, run);
    run.trials = trials.size();
    run.trial = [trials, kept = run.trial](std::size_t index) { return trials.at(index); };
    return explain_subject(run);
  };
  const Job job{sides->name + ", explanation",
                {{"explanation", {}, sides->limits, sides->descriptors, explain}}};
  probes.push_back(run_jobs({job}, {}).front().front());
}

}  // namespace strata
