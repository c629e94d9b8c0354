#include "tests/hostile/trial_of_honesty.h"

#include <ATen/ATen.h>
#include <unistd.h>

#include <memory>

#include "verifier/judge_run.h"
#include "verifier/original_component.h"
#include "verifier/subject_run.h"
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

Job subject_job(const std::shared_ptr<Setting>& setting, const HostileSubject& subject) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const auto refactored = [=](json (*use)(const SubjectRun&)) {
    return [=](const std::vector<Outcome>&, const HandOver& hand_over) {
      ComponentTrials trials(setting->graph, setting->inputs->stored,
                             setting->inputs->file.number(), setting->seeds);
      SubjectRun run;
      run.library = subject.library;
      run.component = subject.name;
      run.graph = &setting->graph;
      run.lines = weight_lines();
      run.needed = {0, 1};
      run.conditions = conditions();
      run.trials = setting->seeds.size();
      run.trial = [&](std::size_t index) { return trials.make(index); };
      run.results = results->number();
      run.isolation = setting->isolation;
      run.limits = setting->limits;
      run.hand_over = hand_over;
      return use(run);
    };
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    ComponentTrials trials(setting->graph, setting->inputs->stored, setting->inputs->file.number(),
                           setting->seeds);
    JudgeRun run;
    run.graph = &setting->graph;
    run.weights = {0, 1};
    run.original = [&](const TrialData& data) {
      return original_side(setting->graph, subject.original, data);
    };
    run.output_names = {"output 0"};
    run.conditions = conditions();
    run.trials = setting->seeds.size();
    run.trial = [&](std::size_t index) { return trials.make(index); };
    for (std::uint64_t seed : kSeeds) run.trial_names.push_back("seed " + std::to_string(seed));
    const PrivateMapping mapping(results->number());
    return judge_run(run, read_subject(earlier.at(0).result, mapping, run.trials));
  };
  const std::vector<int> descriptors{setting->inputs->file.number(), results->number()};
  return {subject.name,
          {{"refactored", {}, setting->limits, descriptors, refactored(run_subject)},
           {"original", original, {}, descriptors},
           explanation_stage(refactored(explain_subject), setting->limits, descriptors)}};
}

}  // namespace

std::vector<Said> judge_subjects(const std::vector<HostileSubject>& subjects,
                                 const Isolation& isolation) {
  // Each has inputs of its own: one subject may spoil them for the next.
  std::vector<Job> jobs;
  for (const HostileSubject& subject : subjects) {
    const auto setting = std::make_shared<Setting>();
    setting->isolation = isolation;
    setting->limits.time = subject.time;
    setting->inputs = make_inputs(isolation);
    jobs.push_back(subject_job(setting, subject));
  }
  const int processors = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  const auto outcomes = run_jobs(jobs, {processors, {}});
  std::vector<Said> said;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    StepSummary summary;
    summary.component = subjects[i].name;
    json report = compared_report(outcomes[i], weight_lines(), nullptr, summary);
    report["isolation"] = isolation_entry(outcomes[i], {std::begin(kSeeds), std::end(kSeeds)});
    said.push_back({subjects[i].name, summary.judgement, std::move(report)});
  }
  return said;
}

}  // namespace strata
