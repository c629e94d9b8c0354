#include "verifier/capture.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <set>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/executor.h"
#include "verifier/subject.h"

namespace strata {

using nlohmann::json;

Captured capture(const Graph& graph, const GraphPart& part, const std::vector<ValueId>& wanted,
                 const Conditions& conditions, int file) {
  const ConditionsScope scope(conditions);
  const Weights weights(graph);
  const std::vector<at::Tensor> inputs = sample_inputs(graph);
  const std::set<ValueId> keep(wanted.begin(), wanted.end());

  Captured captured;
  const auto note = [&](ValueId value, const at::Tensor& tensor) {
    captured.shapes[value] = {tensor.sizes().vec(), scalar_type_of(tensor.scalar_type())};
    if (keep.contains(value) && !captured.values.contains(value))
      captured.values[value] = store_tensor(file, tensor);
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) note(graph.inputs.at(i), inputs[i]);
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    note(graph.parameters[i].value, weights.tensors()[i]);
  }
  RunObserver observer;
  observer.on_value = [&](NodeId, ValueId value, const at::Tensor& tensor) {
    if (tensor.defined() && !captured.shapes.contains(value)) note(value, tensor);
  };
  Executor(graph, part, weights.tensors()).run(inputs, observer);
  return captured;
}

json to_json(const Captured& captured) {
  json values = json::array();
  for (const auto& [id, stored] : captured.values) values.push_back({id, to_json(stored)});
  json shapes = json::array();
  for (const auto& [id, shape] : captured.shapes)
    shapes.push_back({id, shape.sizes, static_cast<int>(shape.dtype)});
  return {{"values", std::move(values)}, {"shapes", std::move(shapes)}};
}

Captured captured_from_json(const json& document) {
  Captured captured;
  for (const json& pair : document.at("values")) {
    captured.values[pair.at(0).get<ValueId>()] = stored_tensor_from_json(pair.at(1));
  }
  for (const json& shape : document.at("shapes")) {
    captured.shapes[shape.at(0).get<ValueId>()] = {shape.at(1).get<std::vector<std::int64_t>>(),
                                                   static_cast<ScalarType>(shape.at(2).get<int>())};
  }
  return captured;
}

std::vector<at::Tensor> captured_tensors(const Captured& captured, const PrivateMapping& mapping,
                                         const std::vector<ValueId>& values) {
  std::vector<at::Tensor> tensors;
  for (ValueId value : values) {
    const auto found = captured.values.find(value);
    if (found == captured.values.end()) {
      throw Error(
          "step.capture",
          fmt::format("value {}: must appear when the original runs; got no such tensor", value));
    }
    tensors.push_back(stored_tensor(mapping, found->second));
  }
  return tensors;
}

}  // namespace strata
