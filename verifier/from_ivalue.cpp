#include "verifier/from_ivalue.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernels_l0/error.h"
#include "verifier/element_type.h"

namespace strata {
namespace {

ValueRef operand(const at::Tensor& tensor, std::vector<at::Tensor>& operands) {
  operands.push_back(tensor);
  return ValueRef{static_cast<std::int32_t>(operands.size() - 1)};
}

Argument number(const at::Scalar& scalar) {
  if (scalar.isBoolean()) return scalar.toBool();
  if (scalar.isIntegral(false)) return scalar.toLong();
  if (scalar.isComplex()) return std::complex<double>(scalar.toComplexDouble());
  return scalar.toDouble();
}

// Tensors and None, or numbers and words, which have no kind of argument of their own: their exact
// spelling stands for them.
Argument from_list(const c10::IValue& value, const SchemaArgument& place,
                   std::vector<at::Tensor>& operands) {
  std::vector<ValueRef> refs;
  std::vector<std::string> words;
  for (const c10::IValue& element : value.toListRef()) {
    if (element.isNone() || element.isTensor()) {
      refs.push_back(element.isTensor() && element.toTensor().defined()
                         ? operand(element.toTensor(), operands)
                         : ValueRef{});
    } else if (element.isScalar()) {
      words.push_back(argument_words(number(element.toScalar()), {}));
    } else if (element.isString()) {
      words.push_back(argument_words(element.toStringRef(), {}));
    } else {
      throw Error("trace.argument",
                  fmt::format("{}: only lists that a program can name are traced; got one of {}",
                              place.name, element.tagKind()));
    }
  }
  if (words.empty()) return refs;
  if (!refs.empty()) {
    throw Error("trace.argument",
                fmt::format("{}: a list of one kind is traced; got two", place.name));
  }
  return fmt::format("[{}]", fmt::join(words, ", "));
}

Argument from_int(std::int64_t value, ArgumentType type) {
  switch (type) {
    case ArgumentType::kScalarType:
      return scalar_type_of(static_cast<at::ScalarType>(value));
    case ArgumentType::kLayout:
      return static_cast<at::Layout>(value) == at::kStrided ? Layout::kStrided : Layout::kOther;
    case ArgumentType::kMemoryFormat:
      switch (static_cast<at::MemoryFormat>(value)) {
        case at::MemoryFormat::Contiguous:
          return MemoryFormat::kContiguous;
        case at::MemoryFormat::ChannelsLast:
          return MemoryFormat::kChannelsLast;
        case at::MemoryFormat::ChannelsLast3d:
          return MemoryFormat::kChannelsLast3d;
        default:
          return MemoryFormat::kPreserve;
      }
    default:
      return value;
  }
}

struct Words {
  const std::vector<std::string>& names;

  std::string name(ValueRef value) const {
    return value.present() ? names.at(static_cast<std::size_t>(value.id)) : "None";
  }
  std::string operator()(NoneArgument) const { return "None"; }
  std::string operator()(ValueRef value) const { return name(value); }
  std::string operator()(const std::vector<ValueRef>& values) const {
    std::vector<std::string> words;
    for (const ValueRef value : values) words.push_back(name(value));
    return fmt::format("[{}]", fmt::join(words, ", "));
  }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  // Hexadecimal: exact, and -0.0 is not 0.0.
  std::string operator()(double value) const { return fmt::format("{} ({:a})", value, value); }
  std::string operator()(std::complex<double> value) const {
    return fmt::format("{:a}+{:a}j", value.real(), value.imag());
  }
  std::string operator()(const std::string& value) const { return fmt::format("\"{}\"", value); }
  std::string operator()(const std::vector<bool>& values) const {
    return fmt::format("{}", values);
  }
  std::string operator()(const std::vector<std::int64_t>& values) const {
    return fmt::format("{}", values);
  }
  std::string operator()(const std::vector<double>& values) const {
    return fmt::format("[{:a}]", fmt::join(values, ", "));
  }
  std::string operator()(ScalarType value) const { return std::string(short_name(value)); }
  std::string operator()(Layout value) const {
    return fmt::format("layout {}", static_cast<int>(value));
  }
  std::string operator()(MemoryFormat value) const {
    return fmt::format("memory format {}", static_cast<int>(value));
  }
  std::string operator()(const Device& value) const {
    return fmt::format("{}:{}", value.type, value.index);
  }
};

}  // namespace

Argument from_ivalue(const c10::IValue& value, const SchemaArgument& place,
                     std::vector<at::Tensor>& operands) {
  if (value.isNone()) return NoneArgument{};
  if (value.isTensor()) {
    const at::Tensor& tensor = value.toTensor();
    if (!tensor.defined()) return NoneArgument{};
    if (tensor.unsafeGetTensorImpl()->is_wrapped_number()) return number(tensor.item());
    return operand(tensor, operands);
  }
  if (value.isInt()) return from_int(value.toInt(), place.type);
  if (value.isBool()) return value.toBool();
  if (value.isDouble()) return value.toDouble();
  if (value.isComplexDouble()) return std::complex<double>(value.toComplexDouble());
  if (value.isString()) return value.toStringRef();
  if (value.isIntList()) return value.toIntVector();
  if (value.isDoubleList()) return value.toDoubleVector();
  if (value.isBoolList()) {
    const auto list = value.toBoolList();
    return std::vector<bool>(list.begin(), list.end());
  }
  if (value.isDevice()) {
    const c10::Device device = value.toDevice();
    return Device{c10::DeviceTypeName(device.type(), true), device.index()};
  }
  if (value.isList()) return from_list(value, place, operands);
  if (place.type == ArgumentType::kGenerator) return NoneArgument{};
  throw Error("trace.argument",
              fmt::format("{}: only arguments that a program can name are traced; got {}",
                          place.name, value.tagKind()));
}

std::string argument_words(const Argument& argument, const std::vector<std::string>& names) {
  return std::visit(Words{names}, argument);
}

}  // namespace strata
