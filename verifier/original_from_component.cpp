#include <ATen/ATen.h>
#include <fmt/format.h>

#include "kernels_l0/error.h"
#include "verifier/build_component.h"
#include "verifier/original_component.h"
#include "verifier/step_original.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

// Inputs of the trial, from the file.
std::vector<at::Tensor> input_copies(const StepOriginal& original, std::size_t trial) {
  const PrivateMapping mapping(original.file->number());
  std::vector<at::Tensor> copies;
  for (const json& stored : original.inputs.at("trials").at(trial))
    copies.push_back(stored_tensor(mapping, stored_tensor_from_json(stored)).clone());
  return copies;
}

OriginalSide component_side(const StepOriginal& original, const std::filesystem::path& library,
                            const std::string& name, const TrialData& data) {
  const auto subject = std::make_shared<Subject>(library, name);
  std::map<std::string, at::Tensor> weights;
  for (std::size_t i = 0; i < data.weights.size(); ++i)
    weights[original.graph.parameters[i].name] = data.weights[i];
  subject->set_weights(weights);
  OriginalSide side;
  side.forward = [subject](const std::vector<at::Tensor>& inputs) {
    return subject->forward(inputs);
  };
  const std::map<std::string, at::Tensor> tensors = subject->member_tensors();
  for (std::size_t i = 0; i < original.graph.parameters.size(); ++i) {
    side.weights.push_back(traced_weight(original.graph, static_cast<ParameterId>(i),
                                         tensors.at(original.graph.parameters[i].name)));
  }
  return side;
}

void require_usable(const BuiltComponent& built) {
  const std::string file = built.source.files.file.string();
  if (built.subject.library.empty()) {
    throw Error("verify_step.original",
                fmt::format("{}: the original must compile; got {}", file,
                            finding_text(built.subject.reply.findings.front())));
  }
  if (!built.source.has_inputs) {
    throw Error("verify_step.original",
                fmt::format("{}: the original must define get_inputs and "
                            "get_expected_output_shapes; got neither or one",
                            file));
  }
}

// All that an original without values of its own shares: weights drawn from each seed, inputs from
// the file.
void use_drawn_trials(StepOriginal& original, const std::vector<std::uint64_t>& seeds) {
  for (std::size_t i = 0; i < original.graph.parameters.size(); ++i)
    original.weights.push_back(static_cast<ParameterId>(i));
  original.conditions = plain_conditions();
  for (std::uint64_t seed : seeds) original.trial_names.push_back(fmt::format("seed {}", seed));
  StepOriginal* raw = &original;
  const auto shared = std::make_shared<const std::vector<std::uint64_t>>(seeds);
  original.trials = [raw, shared] {
    auto trials =
        std::make_shared<ComponentTrials>(raw->graph, raw->inputs, raw->file->number(), *shared);
    return [trials, shared](std::size_t index) { return trials->make(index); };
  };
  original.samples = [raw] { return input_copies(*raw, 0); };
}

// Seed 0 stands before the drawn ones, so that one trial is the same in every run.
std::vector<std::uint64_t> with_zero(std::vector<std::uint64_t> seeds) {
  seeds.insert(seeds.begin(), 0);
  return seeds;
}

// A member's name and kind, as the rest of a process's answer.
Graph graph_of(const json& description) {
  return parameters_graph(members_from_json(description.at("members")));
}

}  // namespace

std::shared_ptr<StepOriginal> original_from_component(const StepSetting& setting,
                                                      const BuiltComponent& built) {
  require_usable(built);
  auto original = std::make_shared<StepOriginal>();
  const std::string name = built.source.name_space;
  const std::filesystem::path library = built.subject.library;
  const std::vector<std::uint64_t> seeds = with_zero(setting.seeds);
  original->file = std::make_shared<Descriptor>(anonymous_file("inputs"));
  StepOriginal* raw = original.get();
  original->inputs = in_process(setting, "load the original", {raw->file->number()}, [&]() -> json {
    return {{"members", describe_component(library, name)},
            {"buffers", store_buffers(library, name, raw->file->number())},
            {"trials", store_inputs(library, name, seeds, raw->file->number())}};
  });
  seal_inputs(setting, *original);
  original->graph = graph_of(original->inputs);
  use_drawn_trials(*original, seeds);
  original->side = [raw, library, name](const TrialData& data) {
    return component_side(*raw, library, name, data);
  };
  return original;
}

std::shared_ptr<StepOriginal> original_from_functions(const StepSetting& setting,
                                                      const CustomOriginal& custom) {
  auto original = std::make_shared<StepOriginal>();
  const std::vector<std::uint64_t> seeds = with_zero(setting.seeds);
  original->file = std::make_shared<Descriptor>(anonymous_file("inputs"));
  StepOriginal* raw = original.get();
  original->output_names = custom.output_names;
  original->inputs = in_process(setting, "make the inputs", {raw->file->number()}, [&]() -> json {
    json trials = json::array();
    for (std::uint64_t seed : seeds) {
      json inputs = json::array();
      for (const at::Tensor& input : custom.inputs(seed))
        inputs.push_back(to_json(store_tensor(raw->file->number(), input)));
      trials.push_back(std::move(inputs));
    }
    return {{"buffers", json::object()}, {"trials", std::move(trials)}};
  });
  seal_inputs(setting, *original);
  original->graph = parameters_graph(custom.weights);
  use_drawn_trials(*original, seeds);
  original->side = [raw, forward = custom.forward](const TrialData& data) {
    std::map<std::string, at::Tensor> weights;
    OriginalSide side;
    for (std::size_t i = 0; i < raw->graph.parameters.size(); ++i) {
      weights[raw->graph.parameters[i].name] = data.weights[i];
      side.weights.push_back(
          traced_weight(raw->graph, static_cast<ParameterId>(i), data.weights[i]));
    }
    side.forward = [forward, weights](const std::vector<at::Tensor>& inputs) {
      return forward(weights, inputs);
    };
    return side;
  };
  return original;
}

}  // namespace strata
