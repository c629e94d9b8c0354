#include "verifier/trace_form.h"

#include <ATen/ATen.h>
#include <c10/util/strides.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>

#include "decomposer/emit/equivalence.h"
#include "verifier/element_type.h"
#include "verifier/from_ivalue.h"

namespace strata {
namespace {

const Argument* argument(const OperatorCall& call, std::string_view name) {
  const int index = call.op->argument_index(name);
  return index < 0 ? nullptr : &call.arguments.at(static_cast<std::size_t>(index));
}

bool is(const OperatorCall& call, std::string_view name, const Argument& value) {
  const Argument* found = argument(call, name);
  return found != nullptr && *found == value;
}

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Equivalence 7 of Trace.
void repeat_to_length(Argument& argument, std::optional<std::int32_t> length) {
  auto* list = std::get_if<std::vector<std::int64_t>>(&argument);
  if (list != nullptr && list->size() == 1 && length)
    list->resize(static_cast<std::size_t>(*length), list->front());
}

std::string layout_words(at::ScalarType dtype, at::IntArrayRef sizes, at::IntArrayRef strides) {
  return fmt::format("{} [{}] strides [{}]", c10::toString(dtype), fmt::join(sizes, ", "),
                     fmt::join(strides, ", "));
}

bool pads_nothing(const OperatorCall& call) {
  const Argument* pad = argument(call, "pad");
  const auto* widths = pad == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(pad);
  return one_of(call.op->name, {"pad", "constant_pad_nd"}) && widths != nullptr &&
         std::ranges::all_of(*widths, [](std::int64_t width) { return width == 0; });
}

// Operators that LibTorch computes by one and the same kernel, in place or not: elementwise ones,
// and those whose other form copies its operand first.
bool is_one_kernel(std::string_view name) {
  static const std::unordered_set<std::string_view> names = {
      "abs",         "add",         "addcdiv",    "addcmul",     "bitwise_and", "bitwise_not",
      "bitwise_or",  "bitwise_xor", "ceil",       "clamp",       "clamp_max",   "clamp_min",
      "copy",        "cos",         "div",        "elu",         "erf",         "exp",
      "expm1",       "fill",        "floor",      "gelu",        "hardsigmoid", "hardswish",
      "hardtanh",    "index_fill",  "index_put",  "leaky_relu",  "log",         "log1p",
      "logical_and", "logical_not", "logical_or", "masked_fill", "mish",        "mul",
      "nan_to_num",  "neg",         "pow",        "reciprocal",  "relu",        "relu6",
      "remainder",   "round",       "rsqrt",      "selu",        "sigmoid",     "silu",
      "sin",         "sqrt",        "sub",        "tanh",        "threshold",   "trunc",
      "zero"};
  return names.contains(name);
}

// True when the tensor is all that its storage holds, each byte once.
bool covers_storage(const at::Tensor& tensor) {
  return tensor.defined() && tensor.has_storage() && tensor.storage_offset() == 0 &&
         tensor.is_non_overlapping_and_dense() && !tensor.is_conj() && !tensor.is_neg() &&
         tensor.nbytes() == tensor.storage().nbytes();
}

// True when an elementwise call that writes `self` reads each element of `other` before it is
// written.
bool may_be_read(const at::Tensor& other, const at::Tensor& self) {
  if (!other.defined() || !other.is_alias_of(self)) return true;
  return other.sizes() == self.sizes() && other.strides() == self.strides() &&
         other.storage_offset() == self.storage_offset() && other.dtype() == self.dtype();
}

}  // namespace

std::string layout_words(const at::Tensor& tensor) {
  return layout_words(tensor.scalar_type(), tensor.sizes(), tensor.strides());
}

ObservedCall observe(const c10::OperatorHandle& handle, const torch::jit::Stack& stack) {
  const c10::OperatorName& name = handle.operator_name();
  const std::size_t colons = name.name.find("::");
  ObservedCall observed;
  observed.call.op = operator_schema(name.name.substr(0, colons), name.name.substr(colons + 2),
                                     name.overload_name);
  const std::size_t count = observed.call.op->arguments.size();
  const std::size_t first = stack.size() - count;
  for (std::size_t i = 0; i < count; ++i) {
    observed.call.arguments.push_back(
        from_ivalue(stack[first + i], observed.call.op->arguments[i], observed.operands));
    repeat_to_length(observed.call.arguments.back(), handle.schema().arguments()[i].N());
  }
  return observed;
}

bool has_form_in_place(const OperatorSchema& op) {
  return op.name_space == "aten" && !op.writes() && is_one_kernel(op.name);
}

bool write_out_of_place(ObservedCall& observed) {
  const OperatorSchema& op = *observed.call.op;
  if (op.name_space != "aten" || !op.name.ends_with("_") ||
      written_arguments(observed.call) != std::vector<std::size_t>{0})
    return false;
  const std::string name = op.name.substr(0, op.name.size() - 1);
  const auto* self = std::get_if<ValueRef>(&observed.call.arguments.front());
  if (!is_one_kernel(name) || self == nullptr || self->id != 0) return false;
  const at::Tensor& target = observed.operands.front();
  const auto readable = [&](const at::Tensor& other) { return may_be_read(other, target); };
  if (!covers_storage(target) || !std::ranges::all_of(observed.operands, readable)) return false;
  observed.call.op = operator_schema("aten", name, op.overload);
  return true;
}

std::vector<std::size_t> written_arguments(const OperatorCall& call) {
  const bool updates_statistics =
      is(call, "training", true) || is(call, "train", true) || is(call, "use_input_stats", true);
  std::vector<std::size_t> result;
  if (call.op->name == "detach_") return result;  // changes no element
  for (std::size_t i = 0; i < call.op->arguments.size(); ++i) {
    const SchemaArgument& schema = call.op->arguments[i];
    const bool statistic = one_of(schema.name, {"running_mean", "running_var"});
    if (schema.written || (updates_statistics && statistic)) result.push_back(i);
  }
  return result;
}

bool draws(const c10::OperatorHandle& handle, const OperatorCall& call) {
  if (!handle.hasTag(at::Tag::nondeterministic_seeded)) return false;
  if (is(call, "train", false) || is(call, "training", false)) return false;
  return !is(call, "dropout_p", 0.0) && !is(call, "dropout", 0.0) && !is(call, "p", 0.0);
}

std::optional<CopyForm> copy_form(const OperatorCall& call, const at::Tensor& source,
                                  const at::Tensor& result) {
  const OperatorSchema& op = *call.op;
  if (op.name_space != "aten" || op.writes()) return std::nullopt;
  const bool copies =
      one_of(op.name, {"clone", "contiguous", "to", "type_as", "_to_copy", "lift_fresh_copy"});
  if (copies || pads_nothing(call))
    return CopyForm{layout_words(result.scalar_type(), result.sizes(), result.strides())};
  if (one_of(op.name, {"reshape", "flatten", "reshape_as"}) && result.is_contiguous()) {
    return CopyForm{layout_words(result.scalar_type(), source.sizes(),
                                 c10::contiguous_strides(source.sizes()))};
  }
  return std::nullopt;
}

bool copies_as_is(const OperatorCall& call, const at::Tensor& source, const at::Tensor& result) {
  return copy_form(call, source, result) && covers_storage(source) && covers_storage(result) &&
         source.dtype() == result.dtype() && source.sizes() == result.sizes() &&
         source.strides() == result.strides();
}

std::optional<FillForm> fill_form(const OperatorCall& call, const at::Tensor& result) {
  std::string_view name = call.op->name;
  if (call.op->name_space != "aten" || call.op->writes()) return std::nullopt;
  if (name.starts_with("new_")) name.remove_prefix(4);
  if (name.ends_with("_like")) name.remove_suffix(5);
  std::string value;
  const Argument* given = argument(call, name == "full" ? "fill_value" : "value");
  if (name == "zeros" || name == "zero") {
    value = "0";
  } else if (name == "ones") {
    value = "1";
  } else if (name == "empty") {
    value = "nothing";
  } else if ((name == "full" || name == "fill") && given) {
    if (std::holds_alternative<ValueRef>(*given)) return std::nullopt;
    value = argument_words(*given, {});
  } else {
    return std::nullopt;
  }
  return FillForm{value, layout_words(result.scalar_type(), result.sizes(), result.strides())};
}

void fill_factory_dtype(OperatorCall& call, const at::Tensor& result) {
  for (const char* option : {"dtype", "layout", "device", "pin_memory"})
    if (call.op->argument_index(option) < 0) return;
  call.arguments.at(static_cast<std::size_t>(call.op->argument_index("dtype"))) =
      scalar_type_of(result.scalar_type());
}

}  // namespace strata
