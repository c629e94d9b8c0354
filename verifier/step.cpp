#include "verifier/step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "decomposer/graph/index.h"
#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/capture.h"
#include "verifier/contradiction.h"
#include "verifier/judge_run.h"
#include "verifier/private_inputs.h"
#include "verifier/randomise.h"
#include "verifier/report.h"
#include "verifier/step_sides.h"
#include "verifier/subject_run.h"
#include "verifier/trials.h"
#include "verifier/user_kernels.h"

namespace strata {
namespace {

using nlohmann::json;

std::vector<ValueId> values_of(const Instance& instance, const std::vector<LocalId>& locals) {
  std::vector<ValueId> values;
  for (LocalId local : locals) values.push_back(instance.values.at(at(local)));
  return values;
}

std::shared_ptr<PartTrials> trials_of(const Judged& judged, const GraphPart& part,
                                      const json& captured, int file) {
  return std::make_shared<PartTrials>(judged.normalised, part, captured, file, judged.seeds);
}

// The refactored side of one part. `inputs`: of its instance, as long as the run lives; it refers
// to the rest. `all`: from subject_of.
SubjectRun refactored_side(const Judged& judged, const JudgedPart& judged_part,
                           const GraphPart& part, const PrivateInputs& inputs, SubjectRun all) {
  const Instance& instance = judged.tree.instances.at(at(judged_part.instance));
  SubjectRun run = std::move(all);
  const std::string& name = judged.tree.components.at(at(instance.component)).name;
  run.component = judged_part.entry.empty() ? entry_of(judged, name) : judged_part.entry;
  run.graph = &judged.normalised;
  run.lines = judged_part.lines;
  run.needed = parameters_of(judged.normalised, part);
  run.trials = judged.seeds.size() + 1;
  run.trial = [made = trials_of(judged, part, inputs.captured, inputs.file.number())](
                  std::size_t index) { return made->make(index); };
  return run;
}

// And the original's side, which compares.
JudgeRun original_side(const Judged& judged, const JudgedPart& judged_part, const GraphPart& part) {
  const Instance& instance = judged.tree.instances.at(at(judged_part.instance));
  const Component& component = judged.tree.components.at(at(instance.component));
  JudgeRun run;
  run.graph = &judged.normalised;
  run.weights = parameters_of(judged.normalised, part);
  run.original = [&](const TrialData& data) { return part_side(judged.normalised, part, data); };
  for (LocalId local : component.outputs)
    run.output_names.push_back(component.locals.at(at(local)).name);
  run.conditions = conditions_of(judged);
  run.trials = judged.seeds.size() + 1;
  run.trial = [made = trials_of(judged, part, judged.captured, judged.captured_file)](
                  std::size_t index) { return made->make(index); };
  run.trial_names = trial_names(judged.seeds);
  run.arbiter = judged.arbiter;
  run.raw_code = raw_code_in(judged, judged_part.instance);
  return run;
}

json run_original(const Judged& judged, const JudgedPart& judged_part, const json& refactored,
                  const PrivateMapping& mapping) {
  const GraphPart part = instance_part(judged, judged_part.instance);
  const JudgeRun run = original_side(judged, judged_part, part);
  return judge_run(run, [&] { return read_subject(refactored, mapping, run.trials); });
}

// {"result"}, or how the work ended otherwise, in the runner's words.
json settled(const std::function<json()>& work) {
  try {
    return {{"result", work()}};
  } catch (const Error& error) {
    return {{"error", {{"id", error.id()}, {"message", message_of(error)}}}};
  } catch (...) {
    return {{"thrown", thrown_words()}};
  }
}

// One part's outcome from what settled() gave for each.
void settle(const json& list, std::size_t index, Outcome& outcome) {
  const json& one = list.is_array() && index < list.size() ? list[index] : json();
  if (one.is_object() && one.contains("result")) {
    outcome.result = one["result"];
  } else if (one.is_object() && one.contains("error") && one["error"].is_object()) {
    outcome.ending = Ending::kError;
    outcome.error_id = one["error"].value("id", "");
    outcome.reason = one["error"].value("message", "");
  } else if (one.is_object() && one.contains("thrown") && one["thrown"].is_string()) {
    outcome.ending = Ending::kThrew;
    outcome.reason = "threw: " + one["thrown"].get<std::string>();
  } else {
    outcome.ending = Ending::kGarbled;
    outcome.reason = "sent back no answer for a part";
  }
}

// Whether what settled() gave for a part's comparison holds a proof and numbers that disagree.
bool is_contradicted(const json& one) {
  return one.is_object() && one.contains("result") && one["result"].value("contradiction", false);
}

}  // namespace

GraphPart instance_part(const Judged& judged, InstanceId id) {
  const Instance& instance = judged.tree.instances.at(at(id));
  const Component& component = judged.tree.components.at(at(instance.component));
  return part_of(nodes_below(judged.tree, id), values_of(instance, component.inputs),
                 values_of(instance, component.outputs));
}

std::uint64_t drawn_bytes(const Judged& judged, InstanceId instance) {
  const Graph& graph = judged.normalised;
  std::set<std::int32_t> storages;
  for (ParameterId id : parameters_of(graph, instance_part(judged, instance)))
    storages.insert(graph.parameters.at(at(id)).storage);
  std::uint64_t bytes = 0;
  for (std::int32_t storage : storages)
    if (storage != kNone) bytes += graph.storages.at(at(storage)).size;
  return bytes;
}

SubjectRun subject_of(const Judged& judged) {
  SubjectRun run;
  run.library = judged.library;
  run.isolation = judged.isolation;
  run.archive = judged.normalised.archive;
  run.limits = judged.limits;
  run.conditions = conditions_of(judged);
  return run;
}

PrivateInputs inputs_of(const Judged& judged, const std::vector<InstanceId>& instances) {
  if (!is_on(judged.isolation, Protection::kPrivateInputs))
    return {judged.captured, Descriptor(judged.captured_file)};
  return private_inputs(judged.captured, judged.captured_file,
                        values_to_capture(judged.tree, instances));
}

std::string entry_of(const Judged& judged, const std::string& component) {
  const auto found = judged.entries.find(component);
  return found == judged.entries.end() ? component : found->second;
}

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
  const auto judged_part = std::make_shared<const JudgedPart>(JudgedPart{id, std::move(lines), ""});
  const auto part = std::make_shared<const GraphPart>(instance_part(*judged, id));
  StepSides sides;
  sides.name = std::move(name);
  sides.limits = judged->limits;
  sides.gradients = judged->gradients;
  sides.descriptors = {judged->captured_file};
  sides.refactored = [=] {
    const auto inputs = std::make_shared<const PrivateInputs>(inputs_of(*judged, {id}));
    SubjectRun run = refactored_side(*judged, *judged_part, *part, *inputs, subject_of(*judged));
    run.trial = [inputs, make = run.trial](std::size_t index) { return make(index); };
    return run;
  };
  sides.original = [=] { return original_side(*judged, *judged_part, *part); };
  sides.further = [](const MakeTrial& trial) {
    FurtherChecks checks;
    checks.samples = [trial] { return trial(0).inputs; };
    return checks;
  };
  return step_job(std::make_shared<const StepSides>(std::move(sides)));
}

Job parts_job(std::shared_ptr<const Judged> judged, std::vector<JudgedPart> parts,
              std::string name) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  Limits limits = judged->limits;
  limits.time *= static_cast<int>(std::max<std::size_t>(parts.size(), 1));
  // Runs what is wanted of the parts in this process, which it confines.
  const auto use_parts = [=](const HandOver& hand_over, json (*use)(const SubjectRun&),
                             const std::function<bool(std::size_t)>& wanted) {
    std::vector<InstanceId> instances;
    for (const JudgedPart& part : parts) instances.push_back(part.instance);
    const PrivateInputs inputs = inputs_of(*judged, instances);
    SubjectRun all = subject_of(*judged);
    all.limits = limits;
    all.hand_over = hand_over;
    all.results = results->number();
    confine_subject(all, std::filesystem::file_size(all.archive));
    all.hand_over = {};
    json list = json::array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      list.push_back(!wanted(i) ? json() : settled([&] {
        const GraphPart nodes = instance_part(*judged, parts[i].instance);
        return use(refactored_side(*judged, parts[i], nodes, inputs, all));
      }));
    }
    return list;
  };
  const auto refactored = [=](const std::vector<Outcome>&, const HandOver& hand_over) {
    return use_parts(hand_over, run_subject, [](std::size_t) { return true; });
  };
  const auto explain = [=](const std::vector<Outcome>& earlier, const HandOver& hand_over) {
    const json& judgements = earlier.at(1).result;
    return use_parts(hand_over, explain_subject,
                     [&](std::size_t i) { return is_contradicted(judgements.at(i)); });
  };
  const auto contradicted = [](const std::vector<Outcome>& earlier) {
    return std::ranges::any_of(earlier.at(1).result,
                               [](const json& one) { return is_contradicted(one); });
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    const PrivateMapping mapping(results->number());
    json list = json::array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const json& all = earlier.at(0).result;
      const json given = all.is_array() && i < all.size() ? all[i] : json();
      list.push_back(!given.contains("result") ? json() : settled([&] {
        return run_original(*judged, parts[i], given.at("result"), mapping);
      }));
    }
    return list;
  };
  const std::vector<int> kept{judged->captured_file, results->number()};
  return {std::move(name),
          {{"refactored", {}, limits, kept, refactored},
           {"original", original, limits, kept},
           {"explanation", {}, limits, {judged->captured_file}, explain, contradicted}}};
}

std::vector<std::vector<Outcome>> part_outcomes(const std::vector<Outcome>& outcomes,
                                                std::size_t parts) {
  std::vector<std::vector<Outcome>> result(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    for (const Outcome& whole : outcomes) {
      if (result[i].size() == 2 && !is_contradicted(result[i])) break;  // nothing to explain
      Outcome one = whole;
      one.result = nullptr;
      one.seconds = whole.seconds / static_cast<double>(parts);
      if (whole.ending == Ending::kFinished) settle(whole.result, i, one);
      result[i].push_back(std::move(one));
      if (result[i].back().ending != Ending::kFinished) break;
    }
  }
  return result;
}

}  // namespace strata
