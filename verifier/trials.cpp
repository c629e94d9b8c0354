#include "verifier/trials.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "decomposer/schema/cond.h"
#include "verifier/randomise.h"

namespace strata {

PartTrials::PartTrials(const Graph& graph, const GraphPart& part, const nlohmann::json& captured,
                       int captured_file, const std::vector<std::uint64_t>& seeds)
    : graph_(graph),
      part_(part),
      seeds_(seeds),
      file_(captured_file),
      weights_(graph),
      needed_(parameters_of(graph, part)),
      captured_(captured_from_json(captured)),
      is_predicate_(part.inputs.size()) {
  for (const NodeId id : part.nodes) {
    const Node& node = graph.nodes.at(static_cast<std::size_t>(id));
    if (cond_part(*node.op) != CondPart::kThen) continue;
    const auto found = std::ranges::find(part.inputs, inputs_of(node).front());
    if (found != part.inputs.end())
      is_predicate_[static_cast<std::size_t>(found - part.inputs.begin())] = true;
  }
}

TrialData PartTrials::make(std::size_t index) {
  // A mapping for each trial: what one run writes to its inputs, the next does not see.
  mappings_.emplace_back(file_);
  const std::vector<at::Tensor> inputs =
      captured_tensors(captured_, mappings_.back(), part_.inputs);
  TrialData data;
  if (index > 0) {
    data.generator_seed = seeds_.at(index - 1);
    weights_.give_back_pages();  // the drawn ones take their place
    if (drawn_.empty()) drawn_ = room_for_weights(weights_.tensors(), needed_);
    draw_weights(graph_, weights_.tensors(), weight_roles(graph_), data.generator_seed, drawn_);
    data.weights = drawn_;
    data.inputs = fresh_inputs(inputs, data.generator_seed);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (is_predicate_[i])
        data.inputs[i] = index % 2 == 1 ? inputs[i].logical_not() : inputs[i].clone();
    }
    return data;
  }
  drawn_.clear();  // the archive's take their place again
  data.weights.resize(weights_.tensors().size());
  for (ParameterId id : needed_) data.weights[static_cast<std::size_t>(id)] = weights_[id];
  data.inputs = inputs;
  return data;
}

std::vector<std::string> trial_names(const std::vector<std::uint64_t>& seeds) {
  std::vector<std::string> names{"own weights, captured inputs"};
  for (std::uint64_t seed : seeds) names.push_back(fmt::format("seed {}, all drawn anew", seed));
  return names;
}

}  // namespace strata
