#include "verifier/executor.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "decomposer/schema/cond.h"
#include "kernels_l0/error.h"
#include "verifier/executor_arguments.h"

namespace strata {
namespace {

using Slot = std::int32_t;

// An argument that is a tensor of the program, or a list of them.
struct TensorPlace {
  std::size_t argument = 0;
  Slot slot = kNone;
  bool last_use = false;  // nothing reads the slot afterwards: the tensor moves into the call
};

struct ListPlace {
  std::size_t argument = 0;
  std::vector<Slot> slots;  // kNone for None
  bool optional_elements = false;
};

struct Step {
  explicit Step(NodeId id) : node(id) {}

  NodeId node;
  std::optional<c10::OperatorHandle> op;  // none for the parts of a cond
  CondPart part = CondPart::kNone;
  std::size_t jump = 0;                // cond_then: its cond_else; cond_else: its end
  std::vector<c10::IValue> arguments;  // constants; None where a tensor goes
  std::vector<TensorPlace> tensors;
  std::vector<ListPlace> lists;
  std::vector<Slot> results;  // kNone for those that nobody reads
  std::vector<ValueId> result_values;
  std::vector<Slot> freed;  // after the call
  std::string name;
};

bool writes_in_place(const c10::OperatorHandle& op) {
  const auto& arguments = op.schema().arguments();
  return std::any_of(arguments.begin(), arguments.end(), [](const c10::Argument& argument) {
    return argument.alias_info() && argument.alias_info()->isWrite();
  });
}

}  // namespace

struct Executor::Program {
  GraphPart part;
  std::vector<Step> steps;
  std::vector<Slot> input_slots;
  std::vector<Slot> output_slots;                      // kNone for constants
  std::vector<std::pair<Slot, at::Tensor>> constants;  // parameters
  std::unordered_map<ValueId, Slot> slots;
  std::size_t slot_count = 0;
  bool writes = false;

  Slot slot_of(ValueId value, const std::string& reader) const {
    const auto found = slots.find(value);
    if (found != slots.end()) return found->second;
    throw Error("executor.open_value",
                fmt::format("{}: reads value {} that is neither given nor made before; expected "
                            "it among the part's inputs",
                            reader, value));
  }
  Slot make_slot(ValueId value) {
    const auto [place, is_new] = slots.emplace(value, static_cast<Slot>(slot_count));
    if (is_new) ++slot_count;
    return place->second;
  }

  void prepare(const Graph& graph, NodeId id);
  void prepare_argument(Step& step, const Node& node, std::size_t index);
  void plan_jumps();
  void plan_lifetimes();
  template <bool kObserved>
  void execute(std::vector<at::Tensor>& values, const RunObserver& observer) const;
};

void Executor::Program::prepare_argument(Step& step, const Node& node, std::size_t index) {
  const Argument& value = node.arguments[index];
  const SchemaArgument& schema = node.op->arguments[index];
  const std::string place = fmt::format("{} {}", node.name, schema.name);
  step.arguments.emplace_back();
  if (const auto* ref = std::get_if<ValueRef>(&value)) {
    if (ref->present()) step.tensors.push_back({index, slot_of(ref->id, place), false});
  } else if (const auto* list = std::get_if<std::vector<ValueRef>>(&value)) {
    ListPlace entry{index, {}, schema.optional_elements};
    for (const ValueRef element : *list)
      entry.slots.push_back(element.present() ? slot_of(element.id, place) : kNone);
    step.lists.push_back(std::move(entry));
  } else {
    step.arguments.back() =
        constant_ivalue(value, schema, step.op->schema().arguments()[index], place);
  }
}

void Executor::Program::prepare(const Graph& graph, NodeId id) {
  const Node& node = graph.nodes.at(static_cast<std::size_t>(id));
  Step step(id);
  step.name = fmt::format("{} ({})", node.name, node.op->qualified_name());
  step.part = cond_part(*node.op);
  if (step.part == CondPart::kNone) {
    step.op = c10::Dispatcher::singleton().findSchemaOrThrow(
        (node.op->name_space + "::" + node.op->name).c_str(), node.op->overload.c_str());
    writes = writes || writes_in_place(*step.op);
  }
  const std::size_t expected =
      step.op ? step.op->schema().arguments().size() : node.op->arguments.size();
  if (node.arguments.size() != expected) {
    throw Error("executor.argument",
                fmt::format("{}: one argument per schema argument; got {}, expected {}", step.name,
                            node.arguments.size(), expected));
  }
  for (std::size_t i = 0; i < node.arguments.size(); ++i) prepare_argument(step, node, i);
  for (const ValueId output : node.outputs)
    step.results.push_back(output == kNone ? kNone : make_slot(output));
  step.result_values = node.outputs;
  steps.push_back(std::move(step));
}

// Finds where a branch that is not taken is jumped over.
void Executor::Program::plan_jumps() {
  std::vector<std::size_t> open;  // steps whose jump is not known yet
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CondPart part = steps[i].part;
    if (part == CondPart::kElse || part == CondPart::kEnd) {
      if (open.empty()) {
        throw Error("executor.cond",
                    fmt::format("{}: a cond runs as a whole; got a part of one", steps[i].name));
      }
      steps[open.back()].jump = i;
      open.pop_back();
    }
    if (part == CondPart::kThen || part == CondPart::kElse) open.push_back(i);
  }
}

// Frees every slot after its last reader, or at the end of the run when that stands in a branch
// that is not taken; a tensor that only one place of that call names moves
// into the call.
void Executor::Program::plan_lifetimes() {
  std::vector<std::size_t> last(slot_count, 0);
  constexpr std::size_t kToTheEnd = std::numeric_limits<std::size_t>::max();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const TensorPlace& place : steps[i].tensors)
      last[static_cast<std::size_t>(place.slot)] = i;
    for (const ListPlace& place : steps[i].lists) {
      for (const Slot slot : place.slots)
        if (slot != kNone) last[static_cast<std::size_t>(slot)] = i;
    }
    for (const Slot slot : steps[i].results)
      if (slot != kNone) last[static_cast<std::size_t>(slot)] = i;
  }
  for (const Slot slot : output_slots)
    if (slot != kNone) last[static_cast<std::size_t>(slot)] = kToTheEnd;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<Slot> ending;
    const auto note = [&](Slot slot) {
      if (slot != kNone && last[static_cast<std::size_t>(slot)] == i) ending.push_back(slot);
    };
    for (const TensorPlace& place : steps[i].tensors) note(place.slot);
    for (const ListPlace& place : steps[i].lists)
      std::for_each(place.slots.begin(), place.slots.end(), note);
    for (TensorPlace& place : steps[i].tensors) {
      if (std::count(ending.begin(), ending.end(), place.slot) == 1) {
        place.last_use = true;
        std::erase(ending, place.slot);
      }
    }
    std::for_each(steps[i].results.begin(), steps[i].results.end(), note);
    std::sort(ending.begin(), ending.end());
    ending.erase(std::unique(ending.begin(), ending.end()), ending.end());
    steps[i].freed = std::move(ending);
  }
}

namespace {

void fill_stack(const Step& step, std::vector<at::Tensor>& values, torch::jit::Stack& stack) {
  stack.assign(step.arguments.begin(), step.arguments.end());
  for (const ListPlace& place : step.lists) {
    if (place.optional_elements) {
      c10::List<std::optional<at::Tensor>> list;
      for (const Slot slot : place.slots) {
        list.push_back(slot == kNone
                           ? std::optional<at::Tensor>()
                           : std::optional<at::Tensor>(values[static_cast<std::size_t>(slot)]));
      }
      stack[place.argument] = std::move(list);
    } else {
      c10::List<at::Tensor> list;
      for (const Slot slot : place.slots) list.push_back(values[static_cast<std::size_t>(slot)]);
      stack[place.argument] = std::move(list);
    }
  }
  for (const TensorPlace& place : step.tensors) {
    at::Tensor& tensor = values[static_cast<std::size_t>(place.slot)];
    if (place.last_use) {
      stack[place.argument] = std::move(tensor);
      tensor = at::Tensor();
    } else {
      stack[place.argument] = tensor;
    }
  }
}

// At the end of a cond its results are those of the branch that was taken.
void take_branch_results(const Step& step, bool truth, std::vector<at::Tensor>& values) {
  const std::vector<Slot>& taken = step.lists[truth ? 0 : 1].slots;
  std::vector<at::Tensor> results;
  for (const Slot slot : taken) results.push_back(values[static_cast<std::size_t>(slot)]);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (step.results[i] != kNone)
      values[static_cast<std::size_t>(step.results[i])] = std::move(results[i]);
  }
}

// Takes the call's results off the stack, lists flattened.
void take_results(const Step& step, torch::jit::Stack& stack, std::vector<at::Tensor>& values) {
  std::size_t index = 0;
  const auto take = [&](at::Tensor tensor) {
    if (index >= step.results.size()) {
      throw Error("executor.results",
                  fmt::format("{}: gives more results than the program names; expected {}",
                              step.name, step.results.size()));
    }
    const Slot slot = step.results[index++];
    if (slot != kNone) values[static_cast<std::size_t>(slot)] = std::move(tensor);
  };
  for (c10::IValue& result : stack) {
    if (result.isTensor()) {
      take(std::move(result).toTensor());
    } else if (result.isTensorList()) {
      for (at::Tensor& tensor : result.toTensorVector()) take(std::move(tensor));
    } else {
      take(at::Tensor());
    }
  }
  if (index != step.results.size()) {
    throw Error("executor.results", fmt::format("{}: gives {} results; expected {}", step.name,
                                                index, step.results.size()));
  }
  stack.clear();
}

}  // namespace

template <bool kObserved>
void Executor::Program::execute(std::vector<at::Tensor>& values,
                                const RunObserver& observer) const {
  torch::jit::Stack stack;
  std::vector<bool> taken;  // of the conds around the step: the first branch
  for (std::size_t next = 0; next < steps.size(); ++next) {
    const Step& step = steps[next];
    if constexpr (kObserved) {
      if (observer.on_node) observer.on_node(step.node);
    }
    try {
      switch (step.part) {
        case CondPart::kThen:
          taken.push_back(values[static_cast<std::size_t>(step.tensors.front().slot)].item<bool>());
          if (!taken.back()) next = step.jump;
          continue;
        case CondPart::kElse:
          next = step.jump - 1;
          continue;
        case CondPart::kEnd:
          take_branch_results(step, taken.back(), values);
          taken.pop_back();
          break;
        case CondPart::kNone:
          fill_stack(step, values, stack);
          step.op->callBoxed(stack);
          take_results(step, stack, values);
          break;
      }
    } catch (const c10::Error& error) {
      throw Error("executor.node", fmt::format("{}: the operator failed: {}", step.name,
                                               error.what_without_backtrace()));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      throw Error("executor.node",
                  fmt::format("{}: the operator failed: {}", step.name, error.what()));
    }
    if constexpr (kObserved) {
      if (observer.on_value) {
        for (std::size_t i = 0; i < step.results.size(); ++i) {
          if (step.results[i] == kNone) continue;
          const at::Tensor& tensor = values[static_cast<std::size_t>(step.results[i])];
          if (tensor.defined()) observer.on_value(step.node, step.result_values[i], tensor);
        }
      }
    }
    for (const Slot slot : step.freed) values[static_cast<std::size_t>(slot)] = at::Tensor();
  }
}

Executor::Executor(const Graph& graph, GraphPart part, const std::vector<at::Tensor>& weights)
    : program_(std::make_unique<Program>()) {
  Program& program = *program_;
  for (const ParameterId id : parameters_of(graph, part)) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= weights.size() || !weights[index].defined()) {
      throw Error("executor.open_value",
                  fmt::format("{}: the part reads this parameter; got no tensor for it",
                              graph.parameters[index].name));
    }
    program.constants.emplace_back(program.make_slot(graph.parameters[index].value),
                                   weights[index]);
  }
  for (const ValueId input : part.inputs) program.input_slots.push_back(program.make_slot(input));
  for (const NodeId node : part.nodes) program.prepare(graph, node);
  for (const Argument& output : part.outputs) {
    const auto* ref = std::get_if<ValueRef>(&output);
    program.output_slots.push_back(ref && ref->present() ? program.slot_of(ref->id, "the result")
                                                         : kNone);
  }
  program.part = std::move(part);
  program.plan_jumps();
  program.plan_lifetimes();
}

Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;
Executor::~Executor() = default;

const GraphPart& Executor::part() const { return program_->part; }

std::vector<at::Tensor> Executor::run(const std::vector<at::Tensor>& inputs,
                                      const RunObserver& observer) {
  const Program& program = *program_;
  if (inputs.size() != program.input_slots.size()) {
    throw Error("executor.inputs",
                fmt::format("the part: takes one tensor per input; got {}, expected {}",
                            inputs.size(), program.input_slots.size()));
  }
  std::vector<at::Tensor> values(program.slot_count);
  for (const auto& [slot, tensor] : program.constants)
    values[static_cast<std::size_t>(slot)] = tensor;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    values[static_cast<std::size_t>(program.input_slots[i])] = inputs[i];
  if (observer.on_value || observer.on_node) {
    program.execute<true>(values, observer);
  } else {
    program.execute<false>(values, observer);
  }
  std::vector<at::Tensor> outputs;
  for (const Slot slot : program.output_slots)
    outputs.push_back(slot == kNone ? at::Tensor() : values[static_cast<std::size_t>(slot)]);
  return outputs;
}

std::unordered_map<ValueId, at::Tensor> Executor::capture(const std::vector<at::Tensor>& inputs,
                                                          const std::vector<ValueId>& wanted) {
  const Program& program = *program_;
  std::unordered_map<ValueId, at::Tensor> kept;
  const auto keep = [&](ValueId value, const at::Tensor& tensor) {
    if (std::find(wanted.begin(), wanted.end(), value) != wanted.end())
      kept[value] = program.writes ? tensor.detach().clone() : tensor;
  };
  for (std::size_t i = 0; i < inputs.size() && i < program.part.inputs.size(); ++i)
    keep(program.part.inputs[i], inputs[i]);
  for (const ValueId value : wanted) {
    for (const auto& [slot, tensor] : program.constants) {
      const auto found = program.slots.find(value);
      if (found != program.slots.end() && found->second == slot) keep(value, tensor);
    }
  }
  RunObserver observer;
  observer.on_value = [&](NodeId, ValueId value, const at::Tensor& tensor) { keep(value, tensor); };
  run(inputs, observer);
  return kept;
}

}  // namespace strata
