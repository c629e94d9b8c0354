#include "decomposer/partition/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "decomposer/partition/ports.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

// Where the value of a local stands in the form of any region of the component.
struct Source {
  enum class Kind { kInput, kValue, kWeight, kGraphInput } kind = Kind::kValue;
  std::int32_t place = kNone;
};

// Builds one component from the region of its first instance.
class ComponentBuilder {
 public:
  ComponentBuilder(const Graph& graph, const Cover& cover, const Nesting& nesting,
                   const std::vector<Form>& forms, const Grouping& grouping,
                   const std::vector<Ports>& ports, ComponentId id)
      : graph_(graph),
        cover_(cover),
        region_(nesting.regions[grouping.groups[id].front()]),
        forms_(forms),
        grouping_(grouping),
        ports_(ports),
        form_(forms[grouping.groups[id].front()]),
        own_ports_(ports[id]) {}

  Component build() {
    component_.level = region_.level;
    component_.operation = region_.operation;
    component_.class_name = region_.class_name;
    component_.hash = form_.hash;
    if (region_.kernel != kNone)
      component_.description = cover_.kernels[region_.kernel].description;
    note_places_and_reads();
    add_inputs();
    if (region_.kernel != kNone) add_parameters();
    component_.children.resize(form_.slot_count);
    for (std::size_t i = 0; i < form_.units.size(); ++i) {
      if (form_.units[i].child == kNone) {
        add_operator(form_.units[i].node);
      } else {
        add_child(form_.units[i].child, form_.slots[i]);
      }
    }
    add_outputs();
    return std::move(component_);
  }

  std::vector<Source> take_sources() { return std::move(sources_); }

 private:
  bool is_model() const { return region_.parent == kNone; }

  void note_places_and_reads() {
    for (std::size_t i = 0; i < form_.values.size(); ++i) {
      place_of_.emplace(form_.values[i], static_cast<std::int32_t>(i));
    }
    for (const Unit& unit : form_.units) {
      const std::vector<ValueId> inputs =
          unit.child == kNone ? inputs_of(graph_.nodes[unit.node]) : forms_[unit.child].inputs;
      needed_.insert(inputs.begin(), inputs.end());
    }
    for (const std::int32_t place : own_ports_.outputs) needed_.insert(form_.values[place]);
  }

  LocalId add_local(ValueId value, Source source) {
    const auto local = static_cast<LocalId>(component_.locals.size());
    const TensorMeta& meta = graph_.values[value].meta;
    component_.locals.push_back({"", meta.sizes, meta.dtype});
    sources_.push_back(source);
    local_of_.emplace(value, local);
    return local;
  }

  LocalId add_made(ValueId value) {
    return add_local(value, {Source::Kind::kValue, place_of_.at(value)});
  }

  void add_inputs() {
    const auto add = [&](ValueId value, Source::Kind kind, std::int32_t place) {
      component_.inputs.push_back(add_local(value, {kind, place}));
    };
    if (is_model()) {
      for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        add(graph_.inputs[i], Source::Kind::kGraphInput, static_cast<std::int32_t>(i));
      }
      return;
    }
    for (const std::int32_t place : own_ports_.inputs) {
      add(form_.inputs[place], Source::Kind::kInput, place);
    }
  }

  void add_parameters() {
    for (const std::int32_t place : own_ports_.weights) {
      const Parameter& parameter = graph_.parameters[form_.weights[place]];
      const LocalId local = add_local(parameter.value, {Source::Kind::kWeight, place});
      component_.parameters.push_back(
          {"", local, parameter.kind, parameter.meta.strides, parameter.meta.requires_grad});
    }
  }

  Argument renumbered(const Argument& argument) const {
    if (const auto* one = std::get_if<ValueRef>(&argument)) {
      return one->present() ? ValueRef{local_of_.at(one->id)} : *one;
    }
    if (const auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
      std::vector<ValueRef> values;
      for (const ValueRef value : *list) {
        values.push_back(value.present() ? ValueRef{local_of_.at(value.id)} : value);
      }
      return values;
    }
    return argument;
  }

  void add_operator(NodeId id) {
    const Node& node = graph_.nodes[id];
    OperatorCall call;
    call.op = node.op;
    for (const Argument& argument : node.arguments) call.arguments.push_back(renumbered(argument));
    for (const ValueId output : node.outputs) {
      call.outputs.push_back(output == kNone ? kNone : add_made(output));
    }
    call.role = cover_.roles[id] == Role::kPlumbing     ? CallRole::kPlumbing
                : cover_.roles[id] == Role::kArithmetic ? CallRole::kArithmetic
                                                        : CallRole::kKernel;
    component_.body.emplace_back(std::move(call));
  }

  void add_child(RegionId region, std::int32_t slot) {
    const Form& child = forms_[region];
    const ComponentId id = grouping_.group_of[region];
    component_.children[slot].component = id;
    ChildCall call;
    call.child = slot;
    for (const std::int32_t place : ports_[id].inputs) {
      call.inputs.push_back(local_of_.at(child.inputs[place]));
    }
    for (const std::int32_t place : ports_[id].outputs) {
      const ValueId value = child.values[place];
      call.outputs.push_back(needed_.contains(value) ? add_made(value) : kNone);
    }
    component_.body.emplace_back(std::move(call));
  }

  void add_outputs() {
    if (!is_model()) {
      for (const std::int32_t place : own_ports_.outputs) {
        component_.outputs.push_back(local_of_.at(form_.values[place]));
      }
      return;
    }
    for (const Argument& output : graph_.outputs) {
      for (const ValueRef value : tensors_in(output)) {
        const auto found = local_of_.find(value.id);
        if (found == local_of_.end()) {
          throw Error("partition.parameter_result",
                      fmt::format("{}: the model's results must be computed or be inputs; got a "
                                  "parameter; export the model without it",
                                  graph_.values[value.id].name));
        }
        component_.outputs.push_back(found->second);
      }
    }
  }

  const Graph& graph_;
  const Cover& cover_;
  const Region& region_;
  const std::vector<Form>& forms_;
  const Grouping& grouping_;
  const std::vector<Ports>& ports_;
  const Form& form_;
  const Ports& own_ports_;
  Component component_;
  std::vector<Source> sources_;
  std::unordered_map<ValueId, LocalId> local_of_;
  std::unordered_map<ValueId, std::int32_t> place_of_;
  std::unordered_set<ValueId> needed_;  // by other statements or the outside
};

ValueId value_at(const Graph& graph, const Form& form, const Source& source) {
  switch (source.kind) {
    case Source::Kind::kInput:
      return form.inputs[source.place];
    case Source::Kind::kValue:
      return form.values[source.place];
    case Source::Kind::kWeight:
      return graph.parameters[form.weights[source.place]].value;
    case Source::Kind::kGraphInput:
      break;
  }
  return graph.inputs[source.place];
}

// Adds the instance of a region and of all regions below it.
void add_instances(const Graph& graph, const Nesting& nesting, const std::vector<Form>& forms,
                   const Grouping& grouping, const std::vector<std::vector<Source>>& sources,
                   Assembly& assembly, RegionId region, Instance instance) {
  const Form& form = forms[region];
  instance.component = grouping.group_of[region];
  instance.original_path = graph.frames[nesting.regions[region].frame].path;
  for (const Source& source : sources[instance.component]) {
    instance.values.push_back(value_at(graph, form, source));
    if (source.kind == Source::Kind::kWeight)
      instance.weights.push_back(form.weights[source.place]);
  }
  for (const Unit& unit : form.units) {
    if (unit.child == kNone) instance.nodes.push_back(unit.node);
  }
  const auto id = static_cast<InstanceId>(assembly.tree.instances.size());
  assembly.tree.instances.push_back(std::move(instance));
  assembly.region.push_back(region);
  std::vector<int> calls(form.slot_count, 0);
  for (std::size_t i = 0; i < form.units.size(); ++i) {
    if (form.units[i].child == kNone) continue;
    Instance child;
    child.parent = id;
    child.statement = static_cast<std::int32_t>(i);
    child.call = calls[form.slots[i]]++;
    add_instances(graph, nesting, forms, grouping, sources, assembly, form.units[i].child,
                  std::move(child));
  }
}

}  // namespace

Assembly assemble(const Graph& graph, const Cover& cover, const Nesting& nesting,
                  const std::vector<Form>& forms) {
  const Grouping grouping = group_regions(nesting, forms);
  const std::vector<Ports> ports = ports_of(graph, cover, nesting, forms, grouping);
  Assembly assembly;
  std::vector<std::vector<Source>> sources;
  for (std::size_t i = 0; i < grouping.groups.size(); ++i) {
    ComponentBuilder builder(graph, cover, nesting, forms, grouping, ports,
                             static_cast<ComponentId>(i));
    assembly.tree.components.push_back(builder.build());
    assembly.example.push_back(grouping.groups[i].front());
    sources.push_back(builder.take_sources());
  }
  add_instances(graph, nesting, forms, grouping, sources, assembly, 0, Instance{});
  return assembly;
}

}  // namespace strata
