#include "verifier/step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <random>
#include <set>

#include "decomposer/load/weights.h"
#include "verifier/capture.h"
#include "verifier/judge_run.h"
#include "verifier/randomise.h"
#include "verifier/report.h"
#include "verifier/subject_run.h"
#include "verifier/trials.h"

namespace strata {
namespace {

using nlohmann::json;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::vector<ValueId> values_of(const Instance& instance, const std::vector<LocalId>& locals) {
  std::vector<ValueId> values;
  for (LocalId local : locals) values.push_back(instance.values.at(at(local)));
  return values;
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

std::vector<std::uint64_t> draw_seeds(int count) {
  std::random_device device;
  std::vector<std::uint64_t> seeds;
  for (int i = 0; i < count; ++i) seeds.push_back((std::uint64_t{device()} << 16) ^ device());
  return seeds;
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
    PartTrials trials(judged->normalised, part, judged->captured, judged->captured_file,
                      judged->seeds);
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
    PartTrials trials(judged->normalised, part, judged->captured, judged->captured_file,
                      judged->seeds);
    JudgeRun run;
    run.graph = &judged->normalised;
    run.weights = parameters_of(judged->normalised, part);
    run.original = [&](const TrialData& data) { return part_side(judged->normalised, part, data); };
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
