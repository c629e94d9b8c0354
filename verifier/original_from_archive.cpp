#include <ATen/ATen.h>
#include <fmt/format.h>

#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "verifier/arithmetic_bound.h"
#include "verifier/capture.h"
#include "verifier/module_part.h"
#include "verifier/prepare.h"
#include "verifier/step.h"
#include "verifier/step_original.h"
#include "verifier/trials.h"

namespace strata {
namespace {

OperatorCounts arithmetic_of(const Graph& graph, const GraphPart& part) {
  OperatorCounts counts;
  for (NodeId id : part.nodes) ++counts[graph.nodes[static_cast<std::size_t>(id)].op->name];
  return arithmetic_in(counts);
}

}  // namespace

std::shared_ptr<StepOriginal> original_from_archive(const StepSetting& setting,
                                                    const std::filesystem::path& archive,
                                                    const std::string& module) {
  auto original = std::make_shared<StepOriginal>();
  const Graph loaded = load_archive(archive);
  require_weights(loaded);
  original->graph = normalise(loaded);
  const auto part = std::make_shared<GraphPart>(module_part(original->graph, module));
  original->weights = parameters_of(original->graph, *part);
  original->prefix = module;
  original->arithmetic = arithmetic_of(original->graph, *part);
  for (std::size_t i = 0; i < part->outputs.size(); ++i)
    original->output_names.push_back(fmt::format("output {}", i));
  Judged judged;
  if (std::filesystem::exists(record_path(archive))) judged.record = record_path(archive);
  original->conditions = conditions_of(judged);
  original->trial_names = trial_names(setting.seeds);
  original->file = std::make_shared<Descriptor>(anonymous_file("captured"));
  StepOriginal* raw = original.get();
  original->inputs = in_process(setting, "run the original", {raw->file->number()}, [&] {
    return to_json(capture(raw->graph, part->inputs, raw->conditions, raw->file->number()));
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
  return original;
}

}  // namespace strata
