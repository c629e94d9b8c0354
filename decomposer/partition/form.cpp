#include "decomposer/partition/form.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "decomposer/partition/argument_text.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"

namespace strata {
namespace {

// Writes the forms of all regions, children first. The scratch vectors are as long as the graph and
// are wiped after each region by undoing what the region wrote, so that the cost is that of the
// regions' sizes.
class FormWriter {
 public:
  FormWriter(const Graph& graph, const Flow& flow, const Nesting& nesting,
             const std::vector<UnitOrder>& orders)
      : graph_(graph), flow_(flow), nesting_(nesting), orders_(orders) {
    place_.assign(graph.values.size(), kNone);
    inside_.assign(graph.nodes.size(), false);
  }

  std::vector<Form> write() {
    forms_.resize(nesting_.regions.size());
    const std::vector<RegionId> downwards = regions_downwards(nesting_);
    for (auto it = downwards.rbegin(); it != downwards.rend(); ++it) write_region(*it);
    return std::move(forms_);
  }

 private:
  void write_region(RegionId id) {
    const Region& region = nesting_.regions[id];
    Form& form = forms_[id];
    text_ = fmt::format("level {}\n", region.level);
    if (region.kernel != kNone) {
      for (const NodeId node : region.nodes) form.units.push_back({kNone, node});
    } else {
      form.units = orders_[id].units;
    }
    gather(form);
    assign_slots(form);
    for (std::size_t i = 0; i < form.units.size(); ++i) {
      const Unit& unit = form.units[i];
      if (unit.child == kNone) {
        write_node(form, unit.node, region.kernel != kNone);
      } else {
        write_child(form, unit.child, form.slots[i]);
      }
    }
    for (const ValueId input : form.inputs) write_shape("input", input);
    form.hash = sha256(text_);
    find_outputs(form);
    for (const ValueId value : form.values) place_[value] = kNone;
    for (const ValueId value : form.inputs) place_[value] = kNone;
    for (const ParameterId weight : form.weights) place_[graph_.parameters[weight].value] = kNone;
    for (const NodeId node : form.nodes) inside_[node] = false;
  }

  // Numbers the values that the region makes.
  void gather(Form& form) {
    for (const Unit& unit : form.units) {
      if (unit.child != kNone) {
        const Form& child = forms_[unit.child];
        form.nodes.insert(form.nodes.end(), child.nodes.begin(), child.nodes.end());
        form.values.insert(form.values.end(), child.values.begin(), child.values.end());
        form.weights.insert(form.weights.end(), child.weights.begin(), child.weights.end());
        continue;
      }
      form.nodes.push_back(unit.node);
      for (const ValueId output : graph_.nodes[unit.node].outputs) {
        if (output != kNone) form.values.push_back(output);
      }
    }
    for (std::size_t i = 0; i < form.values.size(); ++i)
      place_[form.values[i]] = static_cast<std::int32_t>(i);
    for (const NodeId node : form.nodes) inside_[node] = true;
  }

  bool is_made_inside(ValueId value) const {
    const NodeId producer = graph_.values[value].producer;
    return producer != kNone && inside_[producer];
  }

  std::string reference(Form& form, ValueId value, bool kernel) {
    if (is_made_inside(value)) return fmt::format("v{}", place_[value]);
    const bool parameter = flow_.parameter[value] != kNone;
    if (parameter && !kernel) {
      throw Error("partition.parameter_in_parent",
                  fmt::format("{}: only kernels read parameters; got a reader outside all kernels; "
                              "report the model",
                              graph_.parameters[flow_.parameter[value]].name));
    }
    if (place_[value] == kNone) {
      if (parameter) {
        place_[value] = static_cast<std::int32_t>(form.weights.size());
        form.weights.push_back(flow_.parameter[value]);
        const TensorMeta& meta = graph_.parameters[flow_.parameter[value]].meta;
        text_ += fmt::format("parameter {} {} {}\n", shape_text(meta.sizes, meta.dtype),
                             fmt::join(meta.strides, ","), meta.requires_grad);
      } else {
        place_[value] = static_cast<std::int32_t>(form.inputs.size());
        form.inputs.push_back(value);
      }
    }
    return fmt::format("{}{}", parameter ? 'p' : 'i', place_[value]);
  }

  void write_shape(std::string_view what, ValueId value) {
    const TensorMeta& meta = graph_.values[value].meta;
    text_ += fmt::format("{} {}\n", what, shape_text(meta.sizes, meta.dtype));
  }

  void write_node(Form& form, NodeId id, bool kernel) {
    const Node& node = graph_.nodes[id];
    std::string line = node.op->qualified_name();
    for (const Argument& argument : node.arguments) {
      line += ' ';
      line += argument_text(argument,
                            [&](ValueRef value) { return reference(form, value.id, kernel); });
    }
    text_ += line + '\n';
    for (const ValueId output : node.outputs) {
      if (output == kNone) {
        text_ += "result none\n";
      } else {
        write_shape("result", output);
      }
    }
  }

  void write_child(Form& form, RegionId id, std::int32_t slot) {
    const Form& child = forms_[id];
    std::string line = fmt::format("child {} {}", slot, child.hash);
    for (const ValueId input : child.inputs) line += ' ' + reference(form, input, false);
    text_ += line + '\n';
  }

  // A module that is called again is one member: same path, same place among the regions of that
  // call, same structure, same weights.
  void assign_slots(Form& form) {
    std::map<std::pair<std::string, int>, int> seen;  // (path, call) -> regions of that call so far
    std::map<std::tuple<std::string, int, std::string, std::vector<ParameterId>>,
             std::pair<std::int32_t, int>>
        members;  // -> (slot, last call)
    for (const Unit& unit : form.units) {
      if (unit.child == kNone) {
        form.slots.push_back(kNone);
        continue;
      }
      const Frame& frame = graph_.frames[telling_frame(unit.child)];
      const Form& child = forms_[unit.child];
      const int ordinal = seen[{frame.path, frame.call}]++;
      const auto [found, is_new] = members.try_emplace(
          {frame.path, ordinal, child.hash, child.weights}, form.slot_count, frame.call);
      if (is_new || found->second.second == frame.call) {
        found->second = {form.slot_count, frame.call};
        ++form.slot_count;
      }
      form.slots.push_back(found->second.first);
      found->second.second = frame.call;
    }
  }

  // The frame whose calls are counted: what was found in the data flow is called again with its
  // first module that holds weights.
  FrameId telling_frame(RegionId id) const {
    const Region& region = nesting_.regions[id];
    if (region.authored || region.kernel != kNone) return region.frame;
    for (const Unit& unit : forms_[id].units) {
      if (unit.child != kNone && !forms_[unit.child].weights.empty())
        return telling_frame(unit.child);
    }
    return region.frame;
  }

  void find_outputs(Form& form) const {
    for (const ValueId value : form.values) {
      const bool escapes = flow_.is_result[value] ||
                           std::ranges::any_of(flow_.readers[value],
                                               [&](NodeId reader) { return !inside_[reader]; });
      if (escapes) form.outputs.push_back(value);
    }
  }

  const Graph& graph_;
  const Flow& flow_;
  const Nesting& nesting_;
  const std::vector<UnitOrder>& orders_;
  std::vector<Form> forms_;
  std::vector<std::int32_t>
      place_;                 // per value: its place in the region's values, inputs or weights
  std::vector<bool> inside_;  // per node: it belongs to the region
  std::string text_;
};

}  // namespace

std::vector<Form> forms_of(const Graph& graph, const Flow& flow, const Nesting& nesting,
                           const std::vector<UnitOrder>& orders) {
  return FormWriter(graph, flow, nesting, orders).write();
}

}  // namespace strata
