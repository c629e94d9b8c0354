#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "decomposer/decompose.h"
#include "decomposer/graph/index.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "kernels_l0/error.h"
#include "verifier/arithmetic_bound.h"
#include "verifier/build_subject.h"
#include "verifier/capture.h"
#include "verifier/module_part.h"
#include "verifier/prepare.h"
#include "verifier/step.h"
#include "verifier/step_original.h"
#include "verifier/tree_request.h"
#include "verifier/trials.h"
#include "verifier/verify_plan.h"

namespace strata {
namespace {

OperatorCounts arithmetic_of(const Graph& graph, const GraphPart& part) {
  OperatorCounts counts;
  for (NodeId id : part.nodes) ++counts[graph.nodes[at(id)].op->name];
  return arithmetic_in(counts);
}

// The original's side of a part of a program, which has not run yet.
std::shared_ptr<StepOriginal> original_of(Graph normalised, const GraphPart& part) {
  auto original = std::make_shared<StepOriginal>();
  original->graph = std::move(normalised);
  original->weights = parameters_of(original->graph, part);
  original->arithmetic = arithmetic_of(original->graph, part);
  return original;
}

// Likewise, of what the component of an instance stands for.
std::shared_ptr<StepOriginal> original_of_step(const Judged& judged, InstanceId id,
                                               const GraphPart& part) {
  auto original = original_of(judged.normalised, part);
  const Instance& instance = judged.tree.instances.at(at(id));
  const Component& component = judged.tree.components.at(at(instance.component));
  original->prefix = instance.original_path;
  for (LocalId local : component.outputs)
    original->output_names.push_back(component.locals.at(at(local)).name);
  return original;
}

// Runs the program as far as the part's inputs.
void run_part(const StepSetting& setting, const std::shared_ptr<StepOriginal>& original,
              GraphPart graph_part) {
  const auto part = std::make_shared<const GraphPart>(std::move(graph_part));
  Judged judged;
  const std::filesystem::path record = record_path(original->graph.archive);
  if (std::filesystem::exists(record)) judged.record = record;
  original->conditions = conditions_of(judged);
  original->trial_names = trial_names(setting.seeds);
  original->file = std::make_shared<Descriptor>(anonymous_file("captured"));
  StepOriginal* raw = original.get();
  original->inputs = in_process(setting, "run the original", {raw->file->number()}, [&] {
    return to_json(capture(raw->graph, up_to(raw->graph, part->inputs), part->inputs,
                           raw->conditions, raw->file->number()));
  });
  seal_inputs(setting, *original);
  const auto seeds = std::make_shared<const std::vector<std::uint64_t>>(setting.seeds);
  original->trials = [raw, part, seeds] {
    auto trials =
        std::make_shared<PartTrials>(raw->graph, *part, raw->inputs, raw->file->number(), *seeds);
    return [trials, seeds](std::size_t index) { return trials->make(index); };
  };
  original->samples = [raw, part] {
    const PrivateMapping mapping(raw->file->number());
    std::vector<at::Tensor> copies;
    for (const at::Tensor& input :
         captured_tensors(captured_from_json(raw->inputs), mapping, part->inputs))
      copies.push_back(input.clone());
    return copies;
  };
  original->side = [raw, part](const TrialData& data) {
    return part_side(raw->graph, *part, data);
  };
}

// What decomposing the program says of a module's refactoring; nothing where it can't be
// decomposed.
void decompose_for(const std::string& module, StepOriginal& original) {
  try {
    const Tree tree = take_apart(original.graph);
    original.ledger = tree_request(tree, "").files;
    const auto first = std::ranges::find(tree.instances, module, &Instance::original_path);
    const auto id = static_cast<InstanceId>(first - tree.instances.begin());
    if (module.empty() || first != tree.instances.end())
      original.lines = weight_lines(original.graph, tree, module.empty() ? 0 : id);
  } catch (const Error&) {
    return;
  }
}

}  // namespace

std::shared_ptr<StepOriginal> original_from_archive(const StepSetting& setting,
                                                    const std::filesystem::path& archive,
                                                    const std::string& module) {
  const Graph loaded = load_archive(archive);
  require_weights(loaded);
  Graph normalised = normalise(loaded);
  GraphPart part = module_part(normalised, module);
  auto original = original_of(std::move(normalised), part);
  original->prefix = module;
  for (std::size_t i = 0; i < part.outputs.size(); ++i)
    original->output_names.push_back(fmt::format("output {}", i));
  decompose_for(module, *original);
  if (setting.known) setting.known(*original);
  run_part(setting, original, std::move(part));
  return original;
}

std::shared_ptr<StepOriginal> original_from_step(const StepSetting& setting, const Judged& judged,
                                                 InstanceId id) {
  GraphPart part = instance_part(judged, id);
  auto original = original_of_step(judged, id, part);
  run_part(setting, original, std::move(part));
  return original;
}

std::shared_ptr<StepOriginal> original_from_step(const StepSetting& setting,
                                                 const std::filesystem::path& folder,
                                                 const std::string& step) {
  VerifyOptions options;
  options.folder = folder;
  options.isolation = setting.options.isolation;
  options.step = step;
  const Plan plan = plan_verification(options);
  const Tree& tree = plan.judged->tree;
  const PlannedStep& planned = plan.steps.front();
  GraphPart part = instance_part(*plan.judged, planned.instance);
  auto original = original_of_step(*plan.judged, planned.instance, part);
  original->ledger = tree_request(tree, folder).files;
  original->lines = planned.lines;
  original->is_kernel = tree.components.at(at(planned.component)).level == 0;
  if (setting.known) setting.known(*original);
  run_part(setting, original, std::move(part));
  return original;
}

}  // namespace strata
