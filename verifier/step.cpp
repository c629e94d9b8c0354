#include "verifier/step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <deque>
#include <set>

#include "decomposer/load/weights.h"
#include "verifier/capture.h"
#include "verifier/judge_run.h"
#include "verifier/randomise.h"
#include "verifier/report.h"
#include "verifier/subject_run.h"

namespace strata {
namespace {

using nlohmann::json;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::vector<ValueId> values_of(const Instance& instance, const std::vector<LocalId>& locals) {
  std::vector<ValueId> values;
  for (LocalId local : locals) values.push_back(instance.values.at(at(local)));
  return values;
}

// Makes the trials of one step, the same in every process: the first on the model's own weights and
// the captured inputs, the others on weights and inputs drawn anew.
class StepTrials {
 public:
  StepTrials(std::shared_ptr<const Judged> judged, const GraphPart& part)
      : judged_(std::move(judged)), weights_(judged_->normalised), part_(part) {
    needed_ = parameters_of(judged_->normalised, part_);
    captured_ = captured_from_json(judged_->captured);
  }

  TrialData make(std::size_t index) {
    // A mapping for each trial: what one run writes to its inputs, the next does not see.
    mappings_.emplace_back(judged_->captured_file);
    const std::vector<at::Tensor> inputs =
        captured_tensors(captured_, mappings_.back(), part_.inputs);
    TrialData data;
    if (index > 0) {
      data.generator_seed = judged_->seeds.at(index - 1);
      data.weights =
          randomised_weights(judged_->normalised, weights_.tensors(),
                             weight_roles(judged_->normalised), data.generator_seed, needed_, true);
      data.inputs = fresh_inputs(inputs, data.generator_seed);
      return data;
    }
    data.weights.resize(weights_.tensors().size());
    for (ParameterId id : needed_) data.weights[at(id)] = weights_[id];
    data.inputs = inputs;
    return data;
  }

 private:
  std::shared_ptr<const Judged> judged_;
  Weights weights_;
  GraphPart part_;
  std::vector<ParameterId> needed_;
  Captured captured_;
  std::deque<PrivateMapping> mappings_;
};

std::vector<std::string> trial_names(const std::vector<std::uint64_t>& seeds) {
  std::vector<std::string> names{"own weights, captured inputs"};
  for (std::uint64_t seed : seeds) names.push_back(fmt::format("seed {}, all drawn anew", seed));
  return names;
}

}  // namespace

Conditions conditions_of(const Judged& judged) {
  if (!judged.record.empty()) {
    const json document = read_document(judged.record, "recorded_outputs/1");
    const auto found = document.find("conditions");
    return conditions_from_json(found == document.end() ? json() : *found, "/conditions");
  }
  Conditions conditions = current_conditions();
  conditions.threads = 1;
  conditions.grad_mode = false;
  return conditions;
}

std::vector<ValueId> values_to_capture(const Tree& tree, const std::vector<InstanceId>& instances) {
  std::set<ValueId> values;
  for (InstanceId id : instances) {
    const Instance& instance = tree.instances.at(at(id));
    for (ValueId value : values_of(instance, tree.components.at(at(instance.component)).inputs))
      values.insert(value);
  }
  return {values.begin(), values.end()};
}

Job step_job(std::shared_ptr<const Judged> judged, InstanceId id, std::vector<WeightLine> lines,
             std::string name) {
  const Instance& instance = judged->tree.instances.at(at(id));
  const Component& component = judged->tree.components.at(at(instance.component));
  const GraphPart part =
      part_of(nodes_below(judged->tree, id), values_of(instance, component.inputs),
              values_of(instance, component.outputs));
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));

  const auto refactored = [=](const std::vector<Outcome>&) {
    StepTrials trials(judged, part);
    SubjectRun run;
    run.library = judged->library;
    run.component = component.name;
    run.graph = &judged->normalised;
    run.lines = lines;
    run.needed = parameters_of(judged->normalised, part);
    run.conditions = conditions_of(*judged);
    run.trials = judged->seeds.size() + 1;
    run.trial = [&](std::size_t index) { return trials.make(index); };
    run.results = results->number();
    return run_subject(run);
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    StepTrials trials(judged, part);
    JudgeRun run;
    run.graph = &judged->normalised;
    run.part = part;
    for (LocalId local : component.outputs)
      run.output_names.push_back(component.locals.at(at(local)).name);
    run.conditions = conditions_of(*judged);
    run.trials = judged->seeds.size() + 1;
    run.trial = [&](std::size_t index) { return trials.make(index); };
    run.trial_names = trial_names(judged->seeds);
    const PrivateMapping mapping(results->number());
    return judge_run(run, read_subject(earlier.at(0).result, mapping));
  };
  return {std::move(name),
          {{"refactored", refactored, judged->limits, {judged->captured_file, results->number()}},
           {"original", original, judged->limits, {judged->captured_file, results->number()}}}};
}

}  // namespace strata
