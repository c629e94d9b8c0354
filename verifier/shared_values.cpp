#include "verifier/shared_values.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "decomposer/graph/index.h"
#include "verifier/compare.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

std::vector<ValueId> values_of(const Instance& instance, const std::vector<LocalId>& locals) {
  std::vector<ValueId> values;
  for (LocalId local : locals) values.push_back(instance.values.at(at(local)));
  return values;
}

const Component& component_of(const Tree& tree, InstanceId id) {
  return tree.components.at(at(tree.instances.at(at(id)).component));
}

// All nodes that these values rest on.
std::vector<NodeId> nodes_behind(const Graph& graph, std::vector<ValueId> values) {
  std::set<NodeId> nodes;
  while (!values.empty()) {
    const NodeId producer = graph.values.at(at(values.back())).producer;
    values.pop_back();
    if (producer == kNone || !nodes.insert(producer).second) continue;
    const std::vector<ValueId> read = inputs_of(graph.nodes.at(at(producer)));
    values.insert(values.end(), read.begin(), read.end());
  }
  return {nodes.begin(), nodes.end()};
}

// The first node below an instance that reads the value, as the loaded program numbers it.
NodeId first_reader(const Judged& judged, InstanceId instance, ValueId value) {
  for (const NodeId id : nodes_below(judged.tree, instance)) {
    const Node& node = judged.normalised.nodes.at(at(id));
    const std::vector<ValueId> read = inputs_of(node);
    if (std::ranges::find(read, value) != read.end()) return node.original;
  }
  return kNone;
}

}  // namespace

std::vector<SharedValue> shared_values(const Tree& tree) {
  std::vector<SharedValue> result;
  const std::vector<InstanceId> children = children_of(tree, 0);
  for (const InstanceId kernel : children) {
    const Instance& maker = tree.instances.at(at(kernel));
    const Component& component = component_of(tree, kernel);
    if (component.level != 0 || !maker.weights.empty()) continue;
    const std::vector<ValueId> made = values_of(maker, component.outputs);
    for (std::size_t output = 0; output < made.size(); ++output) {
      SharedValue shared{made[output], kernel, output, {}};
      for (const InstanceId reader : children) {
        const Component& layer = component_of(tree, reader);
        const auto read = values_of(tree.instances.at(at(reader)), layer.inputs);
        if (layer.level > 0 && std::ranges::find(read, shared.value) != read.end())
          shared.readers.push_back(reader);
      }
      if (shared.readers.size() > 1) result.push_back(std::move(shared));
    }
  }
  return result;
}

FreshValues::FreshValues(const Judged& judged, const std::vector<SharedValue>& shared,
                         const std::vector<at::Tensor>& weights) {
  const Graph& graph = judged.normalised;
  for (const SharedValue& one : shared) {
    const Component& component = component_of(judged.tree, one.kernel);
    const auto operands = values_of(judged.tree.instances.at(at(one.kernel)), component.inputs);
    kernels_.push_back(
        {&one, Subject(judged.library, entry_of(judged, component.name)),
         Executor(graph, part_of(nodes_behind(graph, operands), graph.inputs, operands), weights)});
  }
}

json FreshValues::store(const std::vector<at::Tensor>& inputs, int file) {
  json list = json::array();
  for (Kernel& kernel : kernels_) {
    const std::vector<at::Tensor> operands = kernel.operands.run(inputs);
    json made = json::array();
    for (std::size_t i = 0; i < kernel.shared->readers.size(); ++i) {
      const std::vector<at::Tensor> outputs = kernel.subject.forward(operands);
      made.push_back(to_json(store_tensor(file, outputs.at(kernel.shared->output))));
    }
    list.push_back(std::move(made));
  }
  return list;
}

SharedValueWatch::SharedValueWatch(const Judged& judged, const std::vector<SharedValue>& shared,
                                   const json& fresh, const PrivateMapping& mapping)
    : equal_(shared.size()) {
  for (std::size_t i = 0; i < shared.size(); ++i) {
    values_.push_back(shared[i].value);
    for (std::size_t j = 0; j < shared[i].readers.size(); ++j) {
      readings_[first_reader(judged, shared[i].readers[j], shared[i].value)].push_back(
          {i, stored_tensor(mapping, stored_tensor_from_json(fresh.at(i).at(j)))});
    }
  }
}

RunObserver SharedValueWatch::observer() {
  RunObserver observer;
  observer.on_value = [this](NodeId, ValueId value, const at::Tensor& tensor) {
    if (std::ranges::find(values_, value) != values_.end()) held_[value] = tensor;
  };
  observer.on_node = [this](NodeId node) {
    const auto found = readings_.find(node);
    if (found == readings_.end()) return;
    for (const Reading& reading : found->second) {
      const auto held = held_.find(values_[reading.shared]);
      if (held != held_.end() && bit_equal(held->second, reading.fresh)) ++equal_[reading.shared];
    }
  };
  return observer;
}

}  // namespace strata
