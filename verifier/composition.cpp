#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>

#include "decomposer/graph/index.h"
#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/judge_run.h"
#include "verifier/recorded.h"
#include "verifier/root_ports.h"
#include "verifier/step.h"
#include "verifier/subject_run.h"
#include "verifier/user_kernels.h"

namespace strata {
namespace {

using nlohmann::json;

// The trials of the composition: what was recorded, else the archive's sample inputs. The model's
// own weights throughout.
class WholeTrials {
 public:
  explicit WholeTrials(const Judged& judged)
      : graph_(judged.normalised), weights_(judged.normalised) {
    if (!judged.record.empty()) record_ = read_record(judged.record);
  }

  std::size_t count() const { return record_ ? record_->runs.size() : 1; }
  const std::optional<Record>& record() const { return record_; }

  std::string name(std::size_t index) const {
    return record_ ? fmt::format("recorded seed {}", record_->runs.at(index).seed)
                   : "sample inputs";
  }

  // Inputs in the program's order.
  TrialData make(std::size_t index) const {
    TrialData data;
    data.weights = weights_.tensors();
    if (record_) {
      data.inputs = tensor_inputs(record_->runs.at(index), graph_);
      data.generator_seed = static_cast<std::uint64_t>(record_->runs.at(index).seed);
    } else {
      data.inputs = sample_inputs(graph_);
    }
    return data;
  }

 private:
  const Graph& graph_;
  Weights weights_;
  std::optional<Record> record_;
};

// What eager PyTorch recorded, as the results of one side.
TrialResults recorded_results(const RecordedRun& run, const Graph& graph) {
  TrialResults results;
  for (const RecordedValue& output : run.outputs) results.outputs.push_back(output.tensor);
  std::size_t tensors = 0;
  for (std::size_t i = 0; i < run.inputs.size(); ++i) {
    if (!run.inputs[i].tensor.defined()) continue;
    if (const auto found = run.mutated_inputs.find(i); found != run.mutated_inputs.end()) {
      results.changed_inputs[tensors] = found->second;
    }
    ++tensors;
  }
  for (const auto& [name, tensor] : run.mutated_buffers) {
    const auto found = std::ranges::find(graph.parameters, name, &Parameter::name);
    if (found != graph.parameters.end()) {
      results.changed_weights[static_cast<ParameterId>(found - graph.parameters.begin())] = tensor;
    }
  }
  return results;
}

std::vector<std::string> output_names(const Graph& graph) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    names.push_back(fmt::format("output {}", i));
  return names;
}

json compare_with_record(const WholeTrials& trials, const Judged& judged,
                         const SubjectResults& subject) {
  if (!trials.record()) return {{"present", false}};
  std::vector<std::string> reasons;
  json runs = json::array();
  bool bit_equal = true;
  CompareSettings settings;
  settings.output_names = output_names(judged.normalised);
  settings.graph = &judged.normalised;
  settings.composition = true;
  for (std::size_t i = 0; i < trials.count(); ++i) {
    runs.push_back(compare_results(recorded_results(trials.record()->runs.at(i), judged.normalised),
                                   subject.trials.at(i), settings, trials.name(i), reasons));
    bit_equal = bit_equal && runs.back().at("bit_equal").get<bool>();
  }
  return {{"present", true},
          {"reasons", reasons},
          {"bit_equal", bit_equal},
          {"trials", std::move(runs)}};
}

}  // namespace

Job composition_job(std::shared_ptr<const Judged> judged, std::vector<WeightLine> lines) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));

  const auto run_root = [=](json (*use)(const SubjectRun&), const HandOver& hand_over) {
    const RootPorts ports = root_ports(*judged);
    at::set_num_threads(1);  // none may run when the process is confined
    // Only the inputs are kept: what eager PyTorch gave is not for this process to know.
    std::vector<TrialData> kept;
    {
      const WholeTrials trials(*judged);
      for (std::size_t i = 0; i < trials.count(); ++i) kept.push_back(trials.make(i));
    }
    SubjectRun run;
    run.library = judged->library;
    run.component = entry_of(
        *judged, judged->tree.components.at(at(judged->tree.instances.front().component)).name);
    run.graph = &judged->normalised;
    run.lines = lines;
    run.needed = parameters_of(judged->normalised, whole(judged->normalised));
    run.conditions = conditions_of(*judged);
    run.trials = kept.size();
    run.trial = [&](std::size_t index) {
      TrialData data = kept.at(index);
      std::vector<at::Tensor> inputs;
      for (std::size_t input : ports.inputs) inputs.push_back(data.inputs.at(input).clone());
      data.inputs = std::move(inputs);
      return data;
    };
    run.results = results->number();
    run.isolation = judged->isolation;
    run.limits = judged->limits;
    run.hand_over = hand_over;
    return use(run);
  };
  const auto refactored = [=](json (*use)(const SubjectRun&)) {
    return [=](const std::vector<Outcome>&, const HandOver& hand_over) {
      return run_root(use, hand_over);
    };
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    const RootPorts ports = root_ports(*judged);
    const WholeTrials trials(*judged);
    const PrivateMapping mapping(results->number());
    SubjectResults subject = read_subject(earlier.at(0).result, mapping, trials.count());
    for (TrialResults& trial : subject.trials) trial = in_program_order(trial, ports);

    JudgeRun run;
    run.graph = &judged->loaded;
    run.weights = parameters_of(judged->loaded, whole(judged->loaded));
    run.original = [&](const TrialData& data) {
      return part_side(judged->loaded, whole(judged->loaded), data);
    };
    run.output_names = output_names(judged->loaded);
    run.conditions = conditions_of(*judged);
    run.trials = trials.count();
    run.trial = [&](std::size_t index) {
      TrialData data = trials.make(index);
      data.weights.resize(
          judged->loaded.parameters.size());  // normalisation adds views behind the loaded ones
      return data;
    };
    for (std::size_t i = 0; i < trials.count(); ++i) run.trial_names.push_back(trials.name(i));
    run.composition = true;
    run.raw_code = raw_code_in(*judged, 0);
    json judged_run = judge_run(run, [&] { return subject; });
    judged_run["recorded"] = compare_with_record(trials, *judged, subject);
    return judged_run;
  };
  const std::vector<int> descriptors{results->number()};
  return {"composition",
          {{"refactored", {}, judged->limits, descriptors, refactored(run_subject)},
           {"original", original, judged->limits, descriptors},
           explanation_stage(refactored(explain_subject), judged->limits, descriptors)}};
}

}  // namespace strata
