#include "verifier/step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/capture.h"
#include "verifier/judge_run.h"
#include "verifier/randomise.h"
#include "verifier/report.h"
#include "verifier/step_sides.h"
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

std::shared_ptr<PartTrials> trials_of(const Judged& judged, const GraphPart& part) {
  return std::make_shared<PartTrials>(judged.normalised, part, judged.captured,
                                      judged.captured_file, judged.seeds);
}

// The refactored side of one part. What it refers to must outlive the run.
SubjectRun refactored_side(const Judged& judged, const JudgedPart& judged_part,
                           const GraphPart& part, int results) {
  const Instance& instance = judged.tree.instances.at(at(judged_part.instance));
  SubjectRun run;
  run.library = judged.library;
  const std::string& name = judged.tree.components.at(at(instance.component)).name;
  run.component = judged_part.entry.empty() ? entry_of(judged, name) : judged_part.entry;
  run.graph = &judged.normalised;
  run.lines = judged_part.lines;
  run.needed = parameters_of(judged.normalised, part);
  run.conditions = conditions_of(judged);
  run.trials = judged.seeds.size() + 1;
  run.trial = [made = trials_of(judged, part)](std::size_t index) { return made->make(index); };
  run.results = results;
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
  run.trial = [made = trials_of(judged, part)](std::size_t index) { return made->make(index); };
  run.trial_names = trial_names(judged.seeds);
  return run;
}

json run_refactored(const Judged& judged, const JudgedPart& judged_part, int results) {
  const GraphPart part = instance_part(judged, judged_part.instance);
  return run_subject(refactored_side(judged, judged_part, part, results));
}

json run_original(const Judged& judged, const JudgedPart& judged_part, const json& refactored,
                  const PrivateMapping& mapping) {
  const GraphPart part = instance_part(judged, judged_part.instance);
  return judge_run(original_side(judged, judged_part, part), read_subject(refactored, mapping));
}

// what() starts with "[id] ".
std::string message_of(const Error& error) {
  return std::string(error.what()).substr(error.id().size() + 3);
}

// {"result"}, or how the work ended otherwise, in the runner's words.
json settled(const std::function<json()>& work) {
  try {
    return {{"result", work()}};
  } catch (const Error& error) {
    return {{"error", {{"id", error.id()}, {"message", message_of(error)}}}};
  } catch (const std::exception& thrown) {
    return {{"thrown", thrown.what()}};
  } catch (...) {
    return {{"thrown", "something that is not a std::exception"}};
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

}  // namespace

GraphPart instance_part(const Judged& judged, InstanceId id) {
  const Instance& instance = judged.tree.instances.at(at(id));
  const Component& component = judged.tree.components.at(at(instance.component));
  return part_of(nodes_below(judged.tree, id), values_of(instance, component.inputs),
                 values_of(instance, component.outputs));
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
  sides.descriptors = {judged->captured_file};
  sides.refactored = [=] { return refactored_side(*judged, *judged_part, *part, -1); };
  sides.original = [=] { return original_side(*judged, *judged_part, *part); };
  sides.further = [=] {
    FurtherChecks checks;
    checks.samples = [made = trials_of(*judged, *part)] { return made->make(0).inputs; };
    return checks;
  };
  return step_job(std::move(sides));
}

Job parts_job(std::shared_ptr<const Judged> judged, std::vector<JudgedPart> parts,
              std::string name) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const auto refactored = [=](const std::vector<Outcome>&) {
    json list = json::array();
    for (const JudgedPart& part : parts) {
      list.push_back(settled([&] { return run_refactored(*judged, part, results->number()); }));
    }
    return list;
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    const PrivateMapping mapping(results->number());
    json list = json::array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const json& given = earlier.at(0).result.at(i);
      list.push_back(!given.contains("result") ? json() : settled([&] {
        return run_original(*judged, parts[i], given.at("result"), mapping);
      }));
    }
    return list;
  };
  Limits limits = judged->limits;
  limits.time *= static_cast<int>(std::max<std::size_t>(parts.size(), 1));
  return {std::move(name),
          {{"refactored", refactored, limits, {judged->captured_file, results->number()}},
           {"original", original, limits, {judged->captured_file, results->number()}}}};
}

std::vector<std::vector<Outcome>> part_outcomes(const std::vector<Outcome>& outcomes,
                                                std::size_t parts) {
  std::vector<std::vector<Outcome>> result(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    for (const Outcome& whole : outcomes) {
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
