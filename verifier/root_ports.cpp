#include "verifier/root_ports.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"

namespace strata {
RootPorts root_ports(const Judged& judged) {
  const Instance& root = judged.tree.instances.front();
  const Component& component = judged.tree.components.at(at(root.component));
  const auto place = [](const auto& list, ValueId value, const char* what) {
    const auto found = std::ranges::find(list, value);
    if (found == list.end()) {
      throw Error("composition.ports",
                  fmt::format("the root's {}: must be the program's; got another value", what));
    }
    return found - list.begin();
  };
  RootPorts ports;
  for (LocalId local : component.inputs) {
    ports.inputs.push_back(static_cast<std::size_t>(
        place(judged.normalised.inputs, root.values.at(at(local)), "inputs")));
  }
  std::vector<ValueId> outputs;
  for (LocalId local : component.outputs) outputs.push_back(root.values.at(at(local)));
  for (const Argument& output : judged.normalised.outputs) {
    const auto* value = std::get_if<ValueRef>(&output);
    ports.outputs.push_back(
        value == nullptr ? kNone : static_cast<std::int32_t>(place(outputs, value->id, "outputs")));
  }
  return ports;
}

TrialResults in_program_order(const TrialResults& given, const RootPorts& ports) {
  TrialResults results;
  for (std::int32_t place : ports.outputs) {
    results.outputs.push_back(place == kNone ? at::Tensor() : given.outputs.at(at(place)));
  }
  for (const auto& [index, tensor] : given.changed_inputs)
    results.changed_inputs[ports.inputs.at(index)] = tensor;
  results.changed_weights = given.changed_weights;
  return results;
}

}  // namespace strata
