#include "verifier/shape_flow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "decomposer/graph/index.h"

namespace strata {
namespace {

using nlohmann::json;

PortShape port_shape(const Graph& graph, const Component& component, const Instance& instance,
                     LocalId local, const std::map<ValueId, Shape>& ran) {
  const Local& declared = component.locals[at(local)];
  PortShape port{declared.name, {declared.sizes, declared.dtype}, {}, {}, false};
  const ValueId value = instance.values.at(at(local));
  const TensorMeta& meta = graph.values.at(at(value)).meta;
  port.original = {meta.sizes, meta.dtype};
  if (const auto found = ran.find(value); found != ran.end()) {
    port.ran = found->second;
    port.has_ran = true;
  }
  return port;
}

void check(const PortShape& port, const std::string& place, ShapeFlow& flow) {
  if (port.declared != port.original) {
    flow.problems.push_back(fmt::format("{}: {} is declared {}, the original has {}", place,
                                        port.name, shape_text(port.declared),
                                        shape_text(port.original)));
  }
  if (!port.has_ran) return;
  ++flow.seen;
  if (port.ran != port.original) {
    flow.problems.push_back(fmt::format("{}: {} was {} when it ran, the original has {}", place,
                                        port.name, shape_text(port.ran),
                                        shape_text(port.original)));
  }
}

json to_json(const std::vector<PortShape>& ports) {
  json list = json::array();
  for (const PortShape& port : ports) {
    json one = {{"name", port.name},
                {"shape", port.declared.sizes},
                {"dtype", short_name(port.declared.dtype)},
                {"seen_running", port.has_ran}};
    if (port.declared != port.original) one["original"] = shape_text(port.original);
    if (port.has_ran && port.ran != port.declared) one["ran"] = shape_text(port.ran);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::string shape_text(const Shape& shape) {
  return fmt::format("[{}] {}", fmt::join(shape.sizes, ", "), short_name(shape.dtype));
}

ShapeFlow shape_flow(const Graph& normalised, const Tree& tree,
                     const std::map<ValueId, Shape>& ran) {
  ShapeFlow flow;
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    const Instance& instance = tree.instances[i];
    const Component& component = tree.components[at(instance.component)];
    InstanceShapes shapes{static_cast<InstanceId>(i), {}, {}};
    for (LocalId local : component.inputs) {
      shapes.inputs.push_back(port_shape(normalised, component, instance, local, ran));
    }
    for (LocalId local : component.outputs) {
      shapes.outputs.push_back(port_shape(normalised, component, instance, local, ran));
    }
    const std::string place = instance.path.empty() ? "the root" : instance.path;
    for (const PortShape& port : shapes.inputs) check(port, place, flow);
    for (const PortShape& port : shapes.outputs) check(port, place, flow);
    flow.instances.push_back(std::move(shapes));
  }
  return flow;
}

json to_json(const ShapeFlow& flow, const Tree& tree) {
  json instances = json::array();
  for (const InstanceShapes& shapes : flow.instances) {
    const Instance& instance = tree.instances[at(shapes.instance)];
    const Component& component = tree.components[at(instance.component)];
    instances.push_back({{"instance", instance.path},
                         {"component", component.name},
                         {"level", component.level},
                         {"inputs", to_json(shapes.inputs)},
                         {"outputs", to_json(shapes.outputs)}});
  }
  return {{"schema", "shape_flow/1"},
          {"sound", flow.sound()},
          {"ports_seen_running", flow.seen},
          {"problems", flow.problems},
          {"flow", std::move(instances)}};
}

}  // namespace strata
