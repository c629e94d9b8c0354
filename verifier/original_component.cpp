#include "verifier/original_component.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

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

// A buffer whose constructor left it as it was allocated, under the deterministic fill of
// constructed(): NaN, the greatest integer, or true.
bool is_unset(const at::Tensor& tensor) {
  if (tensor.numel() == 0) return true;
  if (tensor.is_floating_point() || tensor.is_complex()) return tensor.isnan().all().item<bool>();
  if (tensor.scalar_type() == at::kBool) return tensor.all().item<bool>();
  const at::Tensor filled = at::empty({1}, tensor.options());
  return tensor.eq(filled).all().item<bool>();
}

// Running statistics are drawn whatever the constructor sets them to.
bool is_statistic(const std::string& name) {
  return contains(name, "running_mean") || contains(name, "running_var");
}

// While it lives, memory that is allocated and not set is filled with one known value.
class KnownFill {
 public:
  KnownFill() { set(true); }
  ~KnownFill() { set(false); }
  KnownFill(const KnownFill&) = delete;
  KnownFill& operator=(const KnownFill&) = delete;

 private:
  static void set(bool on) {
    at::globalContext().setDeterministicAlgorithms(on, on);
    at::globalContext().setDeterministicFillUninitializedMemory(on);
  }
};

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
    parameter.kind = member.buffer ? ParameterKind::kBuffer : ParameterKind::kParameter;
    graph.values.push_back(std::move(value));
    graph.storages.emplace_back();
    graph.parameters.push_back(std::move(parameter));
  }
  return graph;
}

json describe_component(const std::filesystem::path& library, const std::string& component) {
  json members = json::array();
  for (const MemberTensor& member : Subject(library, component).members()) {
    members.push_back({member.path, member.sizes, static_cast<int>(member.dtype), member.buffer});
  }
  return members;
}

std::vector<MemberTensor> members_from_json(const json& document) {
  std::vector<MemberTensor> members;
  for (const json& member : document) {
    members.push_back({member.at(0).get<std::string>(),
                       member.at(1).get<std::vector<std::int64_t>>(),
                       static_cast<ScalarType>(member.at(2).get<int>()), member.at(3).get<bool>()});
  }
  return members;
}

json store_buffers(const std::filesystem::path& library, const std::string& component, int file) {
  const KnownFill fill;
  const Subject subject(library, component);
  const std::map<std::string, at::Tensor> tensors = subject.member_tensors();
  json buffers = json::object();
  for (const MemberTensor& member : subject.members()) {
    const at::Tensor& tensor = tensors.at(member.path);
    if (member.buffer && !is_statistic(member.path) && !is_unset(tensor))
      buffers[member.path] = to_json(store_tensor(file, tensor));
  }
  return buffers;
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
  for (const json& stored : inputs_.at("trials").at(index)) {
    data.inputs.push_back(stored_tensor(mappings_.back(), stored_tensor_from_json(stored)));
  }
  for (std::size_t i = 0; i < parameters_.parameters.size(); ++i) {
    const Parameter& parameter = parameters_.parameters[i];
    const auto kept = inputs_.at("buffers").find(parameter.name);
    data.weights.push_back(
        kept == inputs_.at("buffers").end()
            ? drawn(parameter, data.generator_seed, i)
            : stored_tensor(mappings_.back(), stored_tensor_from_json(*kept)).clone());
  }
  return data;
}

}  // namespace strata
