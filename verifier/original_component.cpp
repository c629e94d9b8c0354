#include "verifier/original_component.h"

#include <ATen/ATen.h>

#include <cmath>

#include "decomposer/load/weights.h"
#include "verifier/random_fill.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& sizes) {
  std::vector<std::int64_t> strides(sizes.size(), 1);
  for (std::size_t i = sizes.size(); i-- > 1;) strides[i - 1] = strides[i] * sizes[i];
  return strides;
}

bool contains(const std::string& name, const char* part) {
  return name.find(part) != std::string::npos;
}

// Drawn so that activations keep unit scale and every parameter matters; integers are zero.
at::Tensor drawn(const Parameter& parameter, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor tensor =
      at::zeros(parameter.meta.sizes, at::TensorOptions().dtype(torch_type(parameter.meta.dtype)));
  if (!is_floating(parameter.meta.dtype) || tensor.numel() == 0) return tensor;
  if (contains(parameter.name, "running_var")) {
    fill_uniform(tensor, 0.5, 1.5, seed, stream);
  } else if (contains(parameter.name, "bias") || contains(parameter.name, "running_mean")) {
    fill_uniform(tensor, -0.5, 0.5, seed, stream);
  } else if (tensor.dim() >= 2) {
    const double fan_in = static_cast<double>(tensor.numel()) / static_cast<double>(tensor.size(0));
    fill_normal(tensor, 0.0, 1.0 / std::sqrt(fan_in), seed, stream);
  } else {
    fill_uniform(tensor, 0.5, 1.5, seed, stream);
  }
  return tensor;
}

}  // namespace

Graph parameters_graph(const std::vector<MemberTensor>& members) {
  Graph graph;
  graph.frames.emplace_back();
  for (const MemberTensor& member : members) {
    Value value;
    value.name = member.path;
    value.meta.sizes = member.sizes;
    value.meta.strides = contiguous_strides(member.sizes);
    value.meta.dtype = member.dtype;
    Parameter parameter;
    parameter.value = static_cast<ValueId>(graph.values.size());
    parameter.name = member.path;
    parameter.storage = static_cast<std::int32_t>(graph.storages.size());
    parameter.meta = value.meta;
    graph.values.push_back(std::move(value));
    graph.storages.emplace_back();
    graph.parameters.push_back(std::move(parameter));
  }
  return graph;
}

json describe_component(const std::filesystem::path& library, const std::string& component) {
  json members = json::array();
  for (const MemberTensor& member : Subject(library, component).members()) {
    members.push_back({member.path, member.sizes, static_cast<int>(member.dtype)});
  }
  return members;
}

std::vector<MemberTensor> members_from_json(const json& document) {
  std::vector<MemberTensor> members;
  for (const json& member : document) {
    members.push_back({member.at(0).get<std::string>(),
                       member.at(1).get<std::vector<std::int64_t>>(),
                       static_cast<ScalarType>(member.at(2).get<int>())});
  }
  return members;
}

json store_inputs(const std::filesystem::path& library, const std::string& component,
                  const std::vector<std::uint64_t>& seeds, int file) {
  const Subject subject(library, component);
  json trials = json::array();
  for (std::uint64_t seed : seeds) {
    at::manual_seed(seed);
    json inputs = json::array();
    for (const at::Tensor& input : subject.own_inputs())
      inputs.push_back(to_json(store_tensor(file, input)));
    trials.push_back(std::move(inputs));
  }
  return trials;
}

ComponentTrials::ComponentTrials(const Graph& parameters, const json& inputs, int file,
                                 const std::vector<std::uint64_t>& seeds)
    : parameters_(parameters), inputs_(inputs), file_(file), seeds_(seeds) {}

TrialData ComponentTrials::make(std::size_t index) {
  mappings_.emplace_back(file_);
  TrialData data;
  data.generator_seed = seeds_.at(index);
  for (const json& stored : inputs_.at(index)) {
    data.inputs.push_back(stored_tensor(mappings_.back(), stored_tensor_from_json(stored)));
  }
  for (std::size_t i = 0; i < parameters_.parameters.size(); ++i) {
    data.weights.push_back(drawn(parameters_.parameters[i], data.generator_seed, i));
  }
  return data;
}

}  // namespace strata
