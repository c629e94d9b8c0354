#include "decomposer/cost/llm_viewer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "decomposer/cost/cost.h"

namespace strata {
namespace {

constexpr std::array<std::string_view, 12> kActivations = {
    "silu", "gelu", "gelu_tanh", "quick_gelu", "relu",       "relu_squared",
    "mish", "elu",  "sigmoid",   "tanh",       "hard_swish", "leaky_relu"};
constexpr std::array<std::string_view, 2> kNorms = {"rms_norm", "layer_norm"};

TensorShape shape_of(const Component& component, LocalId local) {
  const Local& tensor = component.locals[static_cast<std::size_t>(local)];
  return {tensor.sizes, tensor.dtype};
}

// Products of the contractions in a kernel's body: m n k.
Count products(const Component& kernel) {
  Count sum = 0;
  for (const Statement& statement : kernel.body) {
    const Operation operation = operation_of(kernel, std::get<OperatorCall>(statement));
    const bool added = operation.name == "addmm" || operation.name == "baddbmm";
    const bool contracts = added || operation.name == "linear" || operation.name == "matmul" ||
                           operation.name == "mm" || operation.name == "bmm";
    if (!contracts) continue;
    sum += elements(operation.output()) * last_size(operation.operand(added ? 1 : 0));
  }
  return sum;
}

Count attention(const Component& kernel) {
  const TensorShape query = shape_of(kernel, kernel.inputs.at(0));
  const TensorShape key =
      shape_of(kernel, kernel.inputs.at(std::min<std::size_t>(1, kernel.inputs.size() - 1)));
  const TensorShape value =
      shape_of(kernel, kernel.inputs.at(std::min<std::size_t>(2, kernel.inputs.size() - 1)));
  const Count scores = elements(query) / std::max<std::int64_t>(last_size(query), 1) *
                       key.sizes.at(key.sizes.size() - 2);
  return scores * (Count(2) * last_size(query) + Count(2) * last_size(value) + 5);
}

Count in_layer(const Component& component, const Component& layer) {
  const std::string_view operation = component.operation;
  const Count result = elements(shape_of(component, component.outputs.front()));
  if (operation == "linear" || operation == "matmul" || operation == "scaled_matmul")
    return products(component) * 2;
  if (operation == "sdpa") return attention(component);
  if (operation == "softmax") return result * 5;
  if (std::ranges::find(kNorms, operation) != kNorms.end()) return result * 7;
  if (std::ranges::find(kActivations, operation) != kActivations.end())
    return elements(shape_of(layer, layer.outputs.front())) * 2;
  return 0;
}

Count outside_layers(const Component& component) {
  if (component.operation != "linear") return 0;
  // The result is [batch, positions, width]; one position of each sequence counts.
  const std::vector<std::int64_t>& sizes =
      component.locals[static_cast<std::size_t>(component.outputs.front())].sizes;
  Count positions = 1;
  for (std::size_t d = 1; d + 1 < sizes.size(); ++d) positions = positions * sizes[d];
  return positions == 0 ? Count(0) : products(component) / positions;
}

// A layer's residual sums.
Count sums(const Component& layer) {
  Count sum = 0;
  for (const Statement& statement : layer.body) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call == nullptr || call->role != CallRole::kArithmetic || call->op->name != "add") continue;
    sum += elements(shape_of(layer, call->outputs.front()));
  }
  return sum;
}

}  // namespace

std::vector<Count> llm_viewer_flops(const Tree& tree) {
  std::vector<Count> flops;
  std::vector<const Component*> layer_of;  // per instance: the layer that holds it, or null
  for (const Instance& instance : tree.instances) {
    const Component& component = tree.components[static_cast<std::size_t>(instance.component)];
    const Component* layer =
        instance.parent == kNone ? nullptr : layer_of[static_cast<std::size_t>(instance.parent)];
    if (component.level == 2) layer = &component;
    layer_of.push_back(layer);
    if (component.level == 2) {
      flops.push_back(sums(component));
    } else if (component.level > 0) {
      flops.emplace_back(0);
    } else {
      flops.push_back(layer == nullptr ? outside_layers(component) : in_layer(component, *layer));
    }
  }
  return flops;
}

}  // namespace strata
