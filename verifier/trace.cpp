#include "verifier/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "decomposer/emit/equivalence.h"
#include "kernels_l0/sha256.h"
#include "verifier/arithmetic_bound.h"
#include "verifier/element_type.h"
#include "verifier/every_call.h"
#include "verifier/from_ivalue.h"
#include "verifier/trace_form.h"
#include "verifier/trace_states.h"

namespace strata {
namespace {

// The operands of a call as they were before it ran.
struct OperandNumbers {
  std::vector<std::string> words;
  std::vector<std::string> numbers;
};

class Recorder {
 public:
  Recorder(const std::vector<TraceInput>& inputs, const CallObserver& observer,
           const std::function<int()>& depth, const std::vector<bool>* script)
      : states_(inputs), observer_(observer), depth_(depth), script_(script) {}

  void call(const c10::OperatorHandle& handle, torch::jit::Stack* stack);
  Trace finish(const std::vector<TraceInput>& inputs, const std::vector<at::Tensor>& results);

 private:
  void count_arithmetic(const std::string& name, const std::optional<at::ScalarType>& from,
                        const c10::IValue& result);
  OperandNumbers number_operands(const std::vector<at::Tensor>& operands);
  TracedCall describe(const c10::OperatorHandle& handle, const ObservedCall& observed,
                      const OperandNumbers& operands, const std::vector<at::Tensor>& made);
  bool decide(c10::IValue& truth);
  void mark_live(const std::vector<TraceInput>& inputs, const std::vector<at::Tensor>& results);

  StorageStates states_;
  const CallObserver& observer_;
  const std::function<int()>& depth_;
  const std::vector<bool>* script_;
  std::map<std::string, int> outside_children_;
  std::map<std::string, int> arithmetic_;
  std::vector<bool> decisions_;
  int draws_ = 0;
  std::vector<TracedCall> calls_;
  std::vector<std::vector<int>> reads_;  // of each call, the calls whose results it reads
};

// "aten::add.Tensor": "add".
std::string base_name(const c10::OperatorHandle& handle) {
  const std::string& name = handle.operator_name().name;
  const std::size_t home = name.rfind("::");
  return home == std::string::npos ? name : name.substr(home + 2);
}

// `from`: the dtype of what a cast casts.
void Recorder::count_arithmetic(const std::string& name, const std::optional<at::ScalarType>& from,
                                const c10::IValue& result) {
  if (!result.isTensor() || !result.toTensor().defined()) return;
  const at::Tensor& tensor = result.toTensor();
  const ScalarType dtype = scalar_type_of(tensor.scalar_type());
  std::string kind = arithmetic_result(name, tensor.sizes().vec(), dtype);
  if (kind.empty() && from)
    kind = cast_result(name, scalar_type_of(*from), tensor.sizes().vec(), dtype);
  if (!kind.empty()) ++arithmetic_[kind];
}

OperandNumbers Recorder::number_operands(const std::vector<at::Tensor>& operands) {
  OperandNumbers result;
  for (const at::Tensor& operand : operands) {
    TensorNumber number = states_.number(operand);
    result.words.push_back(std::move(number.words));
    result.numbers.push_back(std::move(number.number));
  }
  return result;
}

TracedCall Recorder::describe(const c10::OperatorHandle& handle, const ObservedCall& observed,
                              const OperandNumbers& operands, const std::vector<at::Tensor>& made) {
  TracedCall traced;
  std::string exact;
  const bool one_result = made.size() == 1;
  const auto copied = one_result && !observed.operands.empty()
                          ? copy_form(observed.call, observed.operands.front(), made.front())
                          : std::nullopt;
  const auto filled = one_result ? fill_form(observed.call, made.front()) : std::nullopt;
  if (filled) {
    traced.operation = "fill";
    traced.arguments = {"with: " + filled->value, "layout: " + filled->layout};
    exact = fmt::format("fill with {} layout {}", filled->value, filled->layout);
  } else if (copied) {
    traced.operation = "copy";
    traced.arguments = {"of: " + operands.words.front(), "into: " + copied->layout};
    exact = fmt::format("copy of {} into {}", operands.numbers.front(), copied->layout);
  } else {
    OperatorCall canonical = canonical_call(observed.call);
    if (one_result) fill_factory_dtype(canonical, made.front());
    traced.operation = canonical.op->qualified_name();
    exact = traced.operation;
    for (std::size_t i = 0; i < canonical.arguments.size(); ++i) {
      const std::string& name = canonical.op->arguments[i].name;
      traced.arguments.push_back(
          fmt::format("{}: {}", name, argument_words(canonical.arguments[i], operands.words)));
      exact +=
          fmt::format(", {}: {}", name, argument_words(canonical.arguments[i], operands.numbers));
    }
    if (one_result && has_form_in_place(*canonical.op)) {
      traced.arguments.push_back("into: " + layout_words(made.front()));
      exact += ", " + traced.arguments.back();
    }
    if (draws(handle, observed.call)) {
      traced.arguments.push_back(fmt::format("draw: {}", draws_));
      exact += fmt::format(", draw: {}", draws_++);
    }
  }
  traced.number = short_digest(exact);
  return traced;
}

// Whether the call reads a truth value out of a tensor.
bool is_decision(const c10::OperatorHandle& handle, const std::vector<at::Tensor>& operands) {
  return handle.operator_name().name == "aten::item" && operands.size() == 1 &&
         operands.front().scalar_type() == at::kBool;
}

// What a call gave: tensors in memory that is new, each storage once, with their places among the
// results.
struct Made {
  std::vector<at::Tensor> tensors;
  std::vector<std::size_t> positions;
  bool number = false;  // a number that nobody sees: some result is no tensor
};

Made made_by(const torch::jit::Stack& stack, std::size_t first, const StorageStates& states) {
  Made made;
  std::size_t position = 0;
  const auto look = [&](const at::Tensor& tensor) {
    const std::size_t here = position++;
    if (!tensor.defined() || states.knows(tensor)) return;
    const bool seen =
        std::any_of(made.tensors.begin(), made.tensors.end(),
                    [&](const at::Tensor& other) { return other.is_alias_of(tensor); });
    if (seen) return;
    made.tensors.push_back(tensor);
    made.positions.push_back(here);
  };
  for (std::size_t i = first; i < stack.size(); ++i) {
    const c10::IValue& result = stack[i];
    if (result.isTensor()) {
      look(result.toTensor());
    } else if (result.isTensorList()) {
      for (const at::Tensor& tensor : result.toTensorVector()) look(tensor);
    } else {
      made.number = true;
    }
  }
  return made;
}

bool is_one_of(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// Whether a call that makes views alone takes their places out of another tensor: narrow(x, 0,
// start, 1) and tensor_split(x, indices) do. The program then gets at what it holds by a size.
bool places_by_values(const std::string& name, const std::vector<at::Tensor>& operands) {
  return operands.size() > 1 &&
         !is_one_of(name, {"align_as", "align_tensors", "atleast_1d", "atleast_2d", "atleast_3d",
                           "broadcast_tensors", "expand_as", "meshgrid", "reshape_as", "to",
                           "type_as", "view_as"});
}

// Whether the shape of what a call gives depends on what its operands hold. Nobody sees it when the
// program asks for that shape.
bool shapes_by_values(const c10::OperatorHandle& handle, const ObservedCall& observed) {
  const std::string name = base_name(handle);
  const std::vector<at::Tensor>& operands = observed.operands;
  const auto is_mask = [](const at::Tensor& operand) {
    return operand.scalar_type() == at::kBool || operand.scalar_type() == at::kByte;
  };
  if (name == "index")
    return operands.size() > 1 && std::any_of(operands.begin() + 1, operands.end(), is_mask);
  if (name == "where") return operands.size() == 1;
  if (name == "one_hot") {
    const auto* classes = std::get_if<std::int64_t>(&observed.call.arguments.back());
    return classes == nullptr || *classes < 0;
  }
  if (name == "repeat_interleave") return handle.operator_name().overload_name != "self_int";
  return is_one_of(name, {"_unique", "_unique2", "argwhere", "bincount", "masked_select", "nonzero",
                          "nonzero_numpy", "repeat_interleave", "unique_consecutive", "unique_dim",
                          "unique_dim_consecutive"});
}

// What the script says takes the place of what was read.
bool Recorder::decide(c10::IValue& truth) {
  if (script_ != nullptr)
    truth = decisions_.size() >= script_->size() || (*script_)[decisions_.size()];
  decisions_.push_back(truth.toScalar().toBool());
  return decisions_.back();
}

void Recorder::call(const c10::OperatorHandle& handle, torch::jit::Stack* stack) {
  const bool own = !depth_ || depth_() <= 1;
  if (depth_ && own) ++outside_children_[base_name(handle)];
  ObservedCall observed = observe(handle, *stack);
  const OperandNumbers operands = number_operands(observed.operands);
  const std::size_t below = stack->size() - observed.call.arguments.size();
  std::vector<int> reads;
  for (const at::Tensor& operand : observed.operands) reads.push_back(states_.last_call(operand));
  const bool overwrites = write_out_of_place(observed);
  const std::string name = base_name(handle);
  // What copy_ casts is what it reads.
  const std::size_t cast = name == "copy_" ? 1 : 0;
  const auto from = observed.operands.size() > cast
                        ? std::optional(observed.operands[cast].scalar_type())
                        : std::nullopt;

  handle.callBoxed(stack);
  if (own && stack->size() > below) count_arithmetic(name, from, stack->at(below));

  Made made = made_by(*stack, below, states_);
  if (overwrites) made = {{observed.operands.front()}, {0}, false};
  const std::vector<std::size_t> written = written_arguments(observed.call);
  made.number = made.number || shapes_by_values(handle, observed);
  if (made.tensors.empty() && written.empty() && !made.number) {
    if (!places_by_values(name, observed.operands)) return;
    made.number = true;
  }

  if (made.tensors.size() == 1 && written.empty() && !made.number && !observed.operands.empty() &&
      copies_as_is(observed.call, observed.operands.front(), made.tensors.front())) {
    states_.copied(made.tensors.front(), observed.operands.front());
    return;
  }

  TracedCall traced = describe(handle, observed, operands, made.tensors);
  if (is_decision(handle, observed.operands)) {
    traced.arguments.emplace_back(decide(stack->back()) ? "which gives true" : "which gives false");
    traced.number = short_digest(traced.number + traced.arguments.back());
  } else if (made.number) {
    traced.arguments.emplace_back("which reads a number out of a tensor");
    traced.number = short_digest(traced.number + states_.unique());
  }
  const int index = static_cast<int>(calls_.size());
  for (std::size_t i = 0; i < made.tensors.size(); ++i)
    states_.made(made.tensors[i], traced, index, made.positions[i]);
  for (const std::size_t place : written) {
    for (const ValueRef value : tensors_in(observed.call.arguments[place])) {
      const at::Tensor& target = observed.operands[static_cast<std::size_t>(value.id)];
      states_.written(target, traced, index, place);
      made.tensors.push_back(target);
    }
  }
  if (observer_) observer_(traced, made.tensors);
  // Random numbers that nobody reads still move the generator on.
  traced.live = draws(handle, observed.call) || made.number;
  // Of the others only the shape or the dtype counts.
  if (traced.operation == "fill") reads.clear();
  if (traced.operation == "copy") reads.resize(1);
  reads_.push_back(std::move(reads));
  calls_.push_back(std::move(traced));
}

void Recorder::mark_live(const std::vector<TraceInput>& inputs,
                         const std::vector<at::Tensor>& results) {
  const auto mark = [&](int call) {
    if (call >= 0) calls_[static_cast<std::size_t>(call)].live = true;
  };
  for (const at::Tensor& result : results) mark(states_.last_call(result));
  for (const TraceInput& input : inputs) mark(states_.last_call(input.tensor));
  for (std::size_t i = calls_.size(); i-- > 0;) {
    if (calls_[i].live) std::for_each(reads_[i].begin(), reads_[i].end(), mark);
  }
}

Trace Recorder::finish(const std::vector<TraceInput>& inputs,
                       const std::vector<at::Tensor>& results) {
  Trace trace;
  mark_live(inputs, results);
  trace.calls = std::move(calls_);
  trace.decisions = std::move(decisions_);
  trace.outside_children = std::move(outside_children_);
  trace.arithmetic = std::move(arithmetic_);
  for (const at::Tensor& result : results) {
    if (!result.defined()) continue;
    const TensorNumber number = states_.number(result);
    trace.results.push_back(fmt::format("{} ({})", number.words, number.number));
  }
  for (const TraceInput& input : inputs) {
    if (states_.was_written(input.tensor)) {
      const TensorNumber number = states_.number(input.tensor);
      trace.inputs.push_back(fmt::format("{}: {} ({})", input.label, number.words, number.number));
    }
  }
  std::sort(trace.inputs.begin(), trace.inputs.end());
  trace.inputs.erase(std::unique(trace.inputs.begin(), trace.inputs.end()), trace.inputs.end());
  return trace;
}

}  // namespace

TraceInput traced_weight(const Graph& graph, ParameterId parameter, at::Tensor tensor) {
  const Parameter& asked = graph.parameters.at(static_cast<std::size_t>(parameter));
  if (asked.storage == kNone) return {"weight " + asked.name + asked.slice, std::move(tensor)};
  const auto first =
      std::find_if(graph.parameters.begin(), graph.parameters.end(),
                   [&](const Parameter& candidate) { return candidate.storage == asked.storage; });
  return {"weight " + first->name, std::move(tensor), true};
}

Trace record_trace(const std::vector<TraceInput>& inputs,
                   const std::function<std::vector<at::Tensor>()>& run,
                   const CallObserver& observer, const std::function<int()>& depth,
                   const std::vector<bool>* script) {
  Recorder recorder(inputs, observer, depth, script);
  std::vector<at::Tensor> results;
  with_every_call([&](const c10::OperatorHandle& handle,
                      torch::jit::Stack* stack) { recorder.call(handle, stack); },
                  [&] { results = run(); });
  return recorder.finish(inputs, results);
}

std::string digest_of(const Trace& trace) {
  Sha256 digest;
  const auto add = [&](const std::string& text) {
    digest.add(text);
    digest.add("\n");
  };
  for (const TracedCall& call : trace.calls) add(call.number);
  for (const std::string& result : trace.results) add(result);
  for (const std::string& input : trace.inputs) add(input);
  return digest.hexadecimal();
}

std::vector<Trace> record_paths(const std::function<Trace(const std::vector<bool>&)>& record) {
  constexpr std::size_t kMost = 64;
  std::vector<Trace> paths;
  std::vector<bool> script;
  do {
    if (paths.size() == kMost) return {};
    try {
      paths.push_back(record(script));
    } catch (const std::exception&) {
      return {};  // a branch that this data must not take
    }
    // The last decision that was true is false next time.
    script = paths.back().decisions;
    while (!script.empty() && !script.back()) script.pop_back();
    if (!script.empty()) script.back() = false;
  } while (!script.empty());
  return paths;
}

}  // namespace strata
