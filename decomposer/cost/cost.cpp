#include "decomposer/cost/cost.h"

#include <algorithm>
#include <set>

#include "decomposer/cost/formula_index.h"
#include "decomposer/cost/layout.h"
#include "decomposer/tree/statement.h"
#include "kernels_l0/operator_flops.h"

namespace strata {
namespace {

TensorShape shape_of(const Component& component, LocalId local) {
  const Local& tensor = component.locals[static_cast<std::size_t>(local)];
  return {tensor.sizes, tensor.dtype};
}

// Fills in what an argument is beside tensors.
struct AttributeReader {
  OperationArgument& into;

  void operator()(bool value) const { into.numbers = {value ? 1.0 : 0.0}; }
  void operator()(std::int64_t value) const { into.numbers = {static_cast<double>(value)}; }
  void operator()(double value) const { into.numbers = {value}; }
  void operator()(const std::string& value) const { into.text = value; }
  template <typename T>
  void operator()(const std::vector<T>& values) const {
    if constexpr (!std::is_same_v<T, ValueRef>) into.numbers.assign(values.begin(), values.end());
  }
  template <typename T>
  void operator()(const T&) const {}
};

// Operators outside aten have no formula, whatever they are called.
std::optional<Flops> flops_of(const FormulaIndex& formulas, const OperatorCall& call,
                              const Operation& operation, bool& by_catalogue) {
  by_catalogue = false;
  if (call.op->name_space != "aten") return std::nullopt;
  const OperatorFormulas* found = formulas.find(operation.name);
  if (found == nullptr) return operator_flops(operation);
  by_catalogue = true;
  return found->flops(operation);
}

// Bytes of a parameter that are distinct: what is expanded lies in memory once.
Count parameter_bytes(const Component& component, const ComponentParameter& parameter) {
  TensorShape shape = shape_of(component, parameter.local);
  for (std::size_t d = 0; d < shape.sizes.size() && d < parameter.strides.size(); ++d) {
    if (parameter.strides[d] == 0 && shape.sizes[d] > 1) shape.sizes[d] = 1;
  }
  return bytes(shape);
}

// A kernel, and the bytes of its tensors that its operators read and write.
class KernelCost {
 public:
  KernelCost(const Component& component, const FormulaIndex& formulas)
      : component_(component), formulas_(formulas) {}

  ComponentCost count() {
    bool all_by_catalogue = true;
    for (const Statement& statement : component_.body) {
      const auto& call = std::get<OperatorCall>(statement);
      const Operation operation = operation_of(component_, call);
      bool by_catalogue = false;
      const auto flops = flops_of(formulas_, call, operation, by_catalogue);
      if (flops) {
        cost_.own.flops += *flops;
      } else {
        cost_.uncounted.push_back(call.op->qualified_name());
      }
      if (call.role != CallRole::kPlumbing) all_by_catalogue &= by_catalogue;
      note_reads(call, operation);
      note_writes(call);
    }
    cost_.by_catalogue = all_by_catalogue;
    count_bytes();
    cost_.total = cost_.own;
    return std::move(cost_);
  }

 private:
  void note_reads(const OperatorCall& call, const Operation& operation) {
    const OperatorFormulas* found =
        call.op->name_space == "aten" ? formulas_.find(operation.name) : nullptr;
    const std::vector<LocalId> read = read_by(call);
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (read[i] == kNone) continue;
      if (i == 0 && found != nullptr && found->first_operand_read != nullptr) {
        selected_.push_back({read[i], found->first_operand_read(operation)});
      } else {
        whole_.insert(read[i]);
      }
    }
  }

  void note_writes(const OperatorCall& call) {
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      if (!call.op->arguments[i].written) continue;
      for (const ValueRef value : tensors_in(call.arguments[i])) written_.insert(value.id);
    }
  }

  Count read_of(LocalId local, Count all) const {
    if (whole_.contains(local)) return all;
    Count read = 0;
    for (const auto& [from, selected] : selected_) {
      if (from == local) read += selected;
    }
    return std::min(read, all);
  }

  void count_bytes() {
    const std::set<LocalId> inputs(component_.inputs.begin(), component_.inputs.end());
    for (const LocalId input : inputs) {
      const Count all = bytes(shape_of(component_, input));
      cost_.own.bytes_read += read_of(input, all);
      if (written_.contains(input)) cost_.own.bytes_written += all;
    }
    for (const ComponentParameter& parameter : component_.parameters) {
      const Count all = parameter_bytes(component_, parameter);
      cost_.own.bytes_read += read_of(parameter.local, all);
      if (written_.contains(parameter.local)) cost_.own.bytes_written += all;
    }
    const std::set<LocalId> outputs(component_.outputs.begin(), component_.outputs.end());
    for (const LocalId output : outputs) {
      if (!inputs.contains(output)) cost_.own.bytes_written += bytes(shape_of(component_, output));
    }
  }

  const Component& component_;
  const FormulaIndex& formulas_;
  ComponentCost cost_;
  std::set<LocalId> whole_;    // read from the first element to the last
  std::set<LocalId> written_;  // in place
  std::vector<std::pair<LocalId, Count>> selected_;
};

// What a parent does between its children.
ComponentCost parent_cost(const Component& component, const FormulaIndex& formulas,
                          const std::vector<ComponentCost>& children) {
  ComponentCost cost;
  Layouts layouts(component);
  for (const Statement& statement : component.body) {
    if (const auto* child = std::get_if<ChildCall>(&statement)) {
      const ComponentId id = component.children[static_cast<std::size_t>(child->child)].component;
      cost.total += children[static_cast<std::size_t>(id)].total;
      continue;
    }
    const auto& call = std::get<OperatorCall>(statement);
    bool ignored = false;
    const auto flops = flops_of(formulas, call, operation_of(component, call), ignored);
    if (flops) {
      cost.own.flops += *flops;
    } else {
      cost.uncounted.push_back(call.op->qualified_name());
    }
    if (!layouts.follow(call)) continue;
    const std::vector<LocalId> read = read_by(call);
    for (const LocalId local : std::set<LocalId>(read.begin(), read.end())) {
      if (local != kNone) cost.own.bytes_read += layouts.bytes_held(local);
    }
    for (const LocalId local : call.outputs) {
      if (local != kNone) cost.own.bytes_written += bytes(shape_of(component, local));
    }
  }
  cost.total += cost.own;
  return cost;
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  flops += other.flops;
  bytes_read += other.bytes_read;
  bytes_written += other.bytes_written;
  return *this;
}

Cost operator*(const Cost& cost, Count times) {
  return {{cost.flops.matrix * times, cost.flops.vector * times},
          cost.bytes_read * times,
          cost.bytes_written * times};
}

Operation operation_of(const Component& component, const OperatorCall& call) {
  Operation operation{call.op->name, call.op->overload, {}, {}};
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Argument& argument = call.arguments[i];
    if (std::holds_alternative<NoneArgument>(argument)) continue;
    OperationArgument read{call.op->arguments[i].name, {}, {}, {}};
    for (const ValueRef value : tensors_in(argument))
      read.tensors.push_back(shape_of(component, value.id));
    std::visit(AttributeReader{read}, argument);
    operation.arguments.push_back(std::move(read));
  }
  for (const LocalId output : call.outputs) {
    if (output != kNone) operation.outputs.push_back(shape_of(component, output));
  }
  return operation;
}

TreeCost cost_of(const Tree& tree, const std::vector<Kernel>& catalogue) {
  const FormulaIndex formulas(catalogue);
  TreeCost result;
  result.uses.assign(tree.components.size(), 0);
  for (const Instance& instance : tree.instances)
    ++result.uses[static_cast<std::size_t>(instance.component)];
  for (const Component& component : tree.components) {
    result.components.push_back(component.level == 0
                                    ? KernelCost(component, formulas).count()
                                    : parent_cost(component, formulas, result.components));
  }
  return result;
}

}  // namespace strata
