#include "tests/hostile/trial_of_honesty.h"

#include <ATen/ATen.h>
#include <unistd.h>

#include <memory>

#include "verifier/original_component.h"
#include "verifier/step_sides.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr std::uint64_t kSeeds[] = {0, 17, 4242};

Graph weights_graph() {
  return parameters_graph(
      {{"weight", {16, 16}, ScalarType::kFloat32}, {"bias", {16}, ScalarType::kFloat32}});
}

std::vector<WeightLine> weight_lines() { return {{"weight", "", "weight"}, {"bias", "", "bias"}}; }

Conditions conditions() {
  Conditions plain = current_conditions();
  plain.threads = 1;
  plain.grad_mode = false;
  return plain;
}

// The inputs of all trials, in an anonymous file that both sides read.
struct Inputs {
  Descriptor file = anonymous_file("inputs");
  json stored;
};

std::shared_ptr<Inputs> make_inputs(const Isolation& isolation) {
  const auto inputs = std::make_shared<Inputs>();
  const auto draw = [&](const std::vector<Outcome>&) -> json {
    json trials = json::array();
    for (std::uint64_t seed : kSeeds) {
      at::manual_seed(seed);
      const at::Tensor input = at::randn({4, 16});
      trials.push_back(json::array({to_json(store_tensor(inputs->file.number(), input))}));
    }
    return json{{"buffers", json::object()}, {"trials", std::move(trials)}};
  };
  const Job job{"inputs", {{"inputs", draw, {}, {inputs->file.number()}}}};
  inputs->stored = run_jobs({job}, {}).at(0).at(0).result;
  if (is_on(isolation, Protection::kPrivateInputs)) seal(inputs->file.number());
  return inputs;
}

OriginalSide original_side(const Graph& graph, const std::string& original, const TrialData& data) {
  OriginalSide side;
  side.forward = [original, weights = data.weights](const std::vector<at::Tensor>& inputs) {
    if (original == "copying") return std::vector<at::Tensor>{inputs.at(0).clone()};
    return std::vector<at::Tensor>{at::relu(at::linear(inputs.at(0), weights[0], weights[1]))};
  };
  for (ParameterId id : {0, 1})
    side.weights.push_back(traced_weight(graph, id, data.weights[static_cast<std::size_t>(id)]));
  return side;
}

// What both sides need, alive as long as the jobs.
struct Setting {
  Graph graph = weights_graph();
  std::shared_ptr<Inputs> inputs;
  std::vector<std::uint64_t> seeds{std::begin(kSeeds), std::end(kSeeds)};
  Isolation isolation;
  Limits limits;
};

SubjectRun refactored_side(const Setting& setting, const HostileSubject& subject,
                           const MakeTrial& trial) {
  SubjectRun run;
  run.library = subject.library;
  run.component = subject.name;
  run.graph = &setting.graph;
  run.lines = weight_lines();
  run.needed = {0, 1};
  run.conditions = conditions();
  run.trials = setting.seeds.size();
  run.trial = trial;
  run.isolation = setting.isolation;
  run.limits = setting.limits;
  return run;
}

JudgeRun judging_side(const std::shared_ptr<Setting>& setting, const HostileSubject& subject,
                      const MakeTrial& trial) {
  JudgeRun run;
  run.graph = &setting->graph;
  run.weights = {0, 1};
  run.original = [setting, original = subject.original](const TrialData& data) {
    return original_side(setting->graph, original, data);
  };
  run.output_names = {"output 0"};
  run.conditions = conditions();
  run.trials = setting->seeds.size();
  run.trial = trial;
  for (std::uint64_t seed : kSeeds) run.trial_names.push_back("seed " + std::to_string(seed));
  return run;
}

std::shared_ptr<const StepSides> sides_of(const std::shared_ptr<Setting>& setting,
                                          const HostileSubject& subject, Extent extent) {
  const auto trials = [=]() -> MakeTrial {
    const auto made = std::make_shared<ComponentTrials>(
        setting->graph, setting->inputs->stored, setting->inputs->file.number(), setting->seeds);
    return [made](std::size_t index) { return made->make(index); };
  };
  const auto sides = std::make_shared<StepSides>();
  sides->name = subject.name;
  sides->refactored = [=] { return refactored_side(*setting, subject, trials()); };
  sides->original = [=] { return judging_side(setting, subject, trials()); };
  sides->further = [](const MakeTrial& trial) {
    FurtherChecks checks;
    checks.samples = [trial] { return trial(0).inputs; };
    return checks;
  };
  sides->probes_apart = true;
  // One after the other, the original's side also sees what the other one left.
  sides->side_by_side = extent == Extent::kEverything;
  sides->limits = setting->limits;
  sides->descriptors = {setting->inputs->file.number()};
  return sides;
}

}  // namespace

std::vector<Said> judge_subjects(const std::vector<HostileSubject>& subjects,
                                 const Isolation& isolation, Extent extent) {
  // Each has inputs of its own: one subject may spoil them for the next.
  std::vector<std::shared_ptr<const StepSides>> sides;
  std::vector<Job> jobs;
  std::vector<Job> probes;
  for (const HostileSubject& subject : subjects) {
    const auto setting = std::make_shared<Setting>();
    setting->isolation = isolation;
    setting->limits.time = subject.time;
    setting->inputs = make_inputs(isolation);
    sides.push_back(sides_of(setting, subject, extent));
    jobs.push_back(step_job(sides.back()));
    probes.push_back(probes_job(sides.back()));
    if (extent == Extent::kTrialsAlone) jobs.back().stages.resize(2);
  }
  const int processors = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  const auto outcomes = run_jobs(jobs, {processors, {}});
  std::vector<std::vector<Outcome>> probed(subjects.size());
  if (extent == Extent::kEverything) probed = run_jobs(probes, {processors, {}});
  std::vector<Said> said;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    explain_probes(sides[i], outcomes[i], probed[i]);
    StepSummary summary;
    summary.component = subjects[i].name;
    json report = compared_report(outcomes[i], weight_lines(), {}, summary);
    add_probes(outcomes[i], probed[i], report, summary);
    report["isolation"] = isolation_entry(outcomes[i], {std::begin(kSeeds), std::end(kSeeds)});
    said.push_back({subjects[i].name, summary.judgement, std::move(report)});
  }
  return said;
}

}  // namespace strata
