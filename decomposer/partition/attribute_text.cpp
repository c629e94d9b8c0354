#include "decomposer/partition/attribute_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace strata {
namespace {

std::string signed_text(std::int64_t number) {
  return number < 0 ? fmt::format("m{}", -number) : fmt::format("{}", number);
}

// 1e-06 -> "1em6", 0.5 -> "0p5", -inf -> "minf"
std::string number_text(double number) {
  std::string text = fmt::format("{:g}", number);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos) {
    std::size_t digits = exponent + 2;
    while (digits + 1 < text.size() && text[digits] == '0') text.erase(digits, 1);
    if (text[exponent + 1] == '+') text.erase(exponent + 1, 1);
  }
  std::ranges::replace(text, '-', 'm');
  std::ranges::replace(text, '.', 'p');
  return text;
}

std::string list_text(const std::vector<std::int64_t>& numbers) {
  const bool equal = !numbers.empty() &&
                     std::ranges::all_of(numbers, [&](std::int64_t n) { return n == numbers[0]; });
  if (equal) return signed_text(numbers.front());
  std::string text;
  for (const std::int64_t number : numbers) text += (text.empty() ? "" : "x") + signed_text(number);
  return text;
}

struct AttributeWriter {
  std::string operator()(NoneArgument) const { return "none"; }
  std::string operator()(ValueRef) const { return ""; }
  std::string operator()(const std::vector<ValueRef>&) const { return ""; }
  std::string operator()(bool flag) const { return flag ? "" : "off"; }
  std::string operator()(std::int64_t number) const { return signed_text(number); }
  std::string operator()(double number) const { return number_text(number); }
  std::string operator()(std::complex<double> number) const {
    return number_text(number.real()) + "i" + number_text(number.imag());
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const std::vector<bool>& flags) const {
    std::string text;
    for (const bool flag : flags) text += flag ? '1' : '0';
    return text;
  }
  std::string operator()(const std::vector<std::int64_t>& numbers) const {
    return list_text(numbers);
  }
  std::string operator()(const std::vector<double>& numbers) const {
    std::string text;
    for (const double number : numbers) text += (text.empty() ? "" : "x") + number_text(number);
    return text;
  }
  std::string operator()(ScalarType) const { return ""; }  // the name carries the result's type
  std::string operator()(Layout) const { return ""; }
  std::string operator()(MemoryFormat) const { return ""; }
  std::string operator()(const Device&) const { return ""; }
};

bool is_tensor(ArgumentType type) {
  return type == ArgumentType::kTensor || type == ArgumentType::kTensorList;
}

// Arguments that the shapes in the name say already, or that only say where and how a tensor is
// stored.
bool follows_from_shapes(const SchemaArgument& argument) {
  switch (argument.type) {
    case ArgumentType::kScalarType:
    case ArgumentType::kLayout:
    case ArgumentType::kMemoryFormat:
    case ArgumentType::kDevice:
    case ArgumentType::kGenerator:
    case ArgumentType::kOther:
      return true;
    default:
      break;
  }
  return argument.name == "normalized_shape" || argument.name == "size" ||
         argument.name == "output_size" || argument.name == "pin_memory" ||
         argument.name == "cudnn_enabled" || argument.name == "cudnn_enable" ||
         argument.name == "padding_idx" || argument.name == "scale_grad_by_freq" ||
         argument.name == "sparse";
}

// What everybody leaves as it is, although the operator's schema gives no default: batch norm's
// arguments.
bool is_customary(const SchemaArgument& schema, const Argument& argument) {
  const auto* number = std::get_if<double>(&argument);
  if (schema.name == "momentum") return true;  // matters in training only, which has its own mark
  if (schema.name == "eps") return number != nullptr && *number == 1e-5;
  return schema.name == "training" && argument == Argument{false};
}

// The tensor that a `dim` counts in.
const Local* counted_tensor(const Component& kernel, const OperatorCall& call) {
  for (const Argument& argument : call.arguments) {
    const std::vector<ValueRef> tensors = tensors_in(argument);
    if (!tensors.empty()) return &kernel.locals[tensors.front().id];
  }
  return nullptr;
}

// A dimension counted from the front; empty for the last one, which is what most operators work on.
std::string dimension_text(std::int64_t dimension, const Local* tensor) {
  if (tensor == nullptr) return signed_text(dimension);
  const auto rank = static_cast<std::int64_t>(tensor->sizes.size());
  if (dimension < 0) dimension += rank;
  return dimension == rank - 1 ? "" : signed_text(dimension);
}

// The same for a list; empty when it is the last dimensions alone.
std::string dimensions_text(std::vector<std::int64_t> dimensions, const Local* tensor) {
  if (tensor == nullptr) return list_text(dimensions);
  const auto rank = static_cast<std::int64_t>(tensor->sizes.size());
  std::string text;
  bool trailing = true;
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const std::int64_t dimension = dimensions[i] < 0 ? dimensions[i] + rank : dimensions[i];
    trailing =
        trailing && dimension == rank - std::ssize(dimensions) + static_cast<std::int64_t>(i);
    text += (text.empty() ? "" : "x") + signed_text(dimension);
  }
  return trailing && dimensions.size() == 1 ? "" : text;
}

std::string short_argument_name(const std::string& name) {
  if (name == "kernel_size") return "kernel";
  if (name == "negative_slope") return "slope";
  return name;
}

std::vector<std::string> attributes_of_call(const Component& kernel, const OperatorCall& call) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < call.op->arguments.size() && i < call.arguments.size(); ++i) {
    const SchemaArgument& schema = call.op->arguments[i];
    const Argument& argument = call.arguments[i];
    if (is_tensor(schema.type) && !std::holds_alternative<double>(argument) &&
        !std::holds_alternative<std::int64_t>(argument)) {
      continue;
    }
    if (follows_from_shapes(schema)) continue;
    if (schema.has_default && argument == schema.default_value) continue;
    if (is_customary(schema, argument)) continue;
    if (std::holds_alternative<NoneArgument>(argument)) continue;
    const std::string name = short_argument_name(schema.name);
    std::string text;
    const auto* number = std::get_if<std::int64_t>(&argument);
    if (schema.name == "dim" && number != nullptr) {
      text = dimension_text(*number, counted_tensor(kernel, call));
      if (text.empty()) continue;
    } else if (const auto* list = std::get_if<std::vector<std::int64_t>>(&argument);
               list != nullptr && (schema.name == "dim" || schema.name == "dims")) {
      text = dimensions_text(*list, counted_tensor(kernel, call));
      if (text.empty()) continue;
    } else {
      text = std::visit(AttributeWriter{}, argument);
    }
    const bool flag = std::holds_alternative<bool>(argument);
    if (text.empty() && !flag) continue;
    const bool bare = std::holds_alternative<std::string>(argument) || schema.name == "other" ||
                      schema.name == "self" || schema.name == "exponent";
    parts.push_back(bare && !flag ? text : name + text);
  }
  return parts;
}

}  // namespace

std::vector<std::string> attributes_of(const Component& kernel) {
  std::vector<const OperatorCall*> computing;
  for (const Statement& statement : kernel.body) {
    const auto& call = std::get<OperatorCall>(statement);
    if (call.role != CallRole::kPlumbing) computing.push_back(&call);
  }
  if (computing.size() == 1) return attributes_of_call(kernel, *computing.front());
  // Of the constants of a semantic kernel only a small one, an epsilon, is a choice of the model's.
  for (const OperatorCall* call : computing) {
    for (const Argument& argument : call->arguments) {
      const auto* number = std::get_if<double>(&argument);
      if (number != nullptr && *number > 0 && *number < 1e-3) return {"eps" + number_text(*number)};
    }
  }
  return {};
}

}  // namespace strata
