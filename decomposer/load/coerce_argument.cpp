#include "decomposer/load/coerce_argument.h"

#include <fmt/format.h>

#include "decomposer/load/archive_weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

[[noreturn]] void mismatch(const ProgramArgument& given, const SchemaArgument& expected,
                           std::string_view wanted) {
  given.place.refuse("load.argument_type",
                     fmt::format("argument '{}' doesn't fit the operator's schema; expected {}",
                                 expected.name, wanted));
}

Argument coerce_tensor(const ProgramArgument& given, const SchemaArgument& expected,
                       const Scope& scope) {
  if (const auto* tensor = std::get_if<TensorName>(&given.value))
    return resolve(scope, tensor->name, given.place);
  if (const auto* number = std::get_if<ProgramNumber>(&given.value))
    return resolve(scope, *number, given.place);
  if (const auto* number = std::get_if<std::complex<double>>(&given.value)) return *number;
  mismatch(given, expected, "a tensor or a number");
}

Argument coerce_tensors(const ProgramArgument& given, const SchemaArgument& expected,
                        const Scope& scope) {
  std::vector<ValueRef> list;
  const auto* numbers = std::get_if<std::vector<ProgramNumber>>(&given.value);
  if (numbers != nullptr && numbers->empty()) return list;
  const auto* names = std::get_if<std::vector<TensorName>>(&given.value);
  if (names == nullptr) mismatch(given, expected, "a list of tensors");
  for (const TensorName& tensor : *names) {
    if (tensor.name.empty()) {
      if (!expected.optional_elements) mismatch(given, expected, "a list of tensors without None");
      list.emplace_back();
      continue;
    }
    const Argument& value = resolve(scope, tensor.name, given.place);
    const auto* reference = std::get_if<ValueRef>(&value);
    if (reference == nullptr) mismatch(given, expected, "a list of tensors");
    list.push_back(*reference);
  }
  return list;
}

Argument coerce_number(const ProgramArgument& given, const SchemaArgument& expected,
                       const Scope& scope) {
  if (const auto* complex = std::get_if<std::complex<double>>(&given.value)) {
    if (expected.type == ArgumentType::kScalar) return *complex;
    mismatch(given, expected, "a real number");
  }
  const auto* number = std::get_if<ProgramNumber>(&given.value);
  if (number == nullptr) mismatch(given, expected, "a number");
  const Argument plain = resolve(scope, *number, given.place);
  switch (expected.type) {
    case ArgumentType::kScalar:
      return plain;
    case ArgumentType::kBool:
      if (std::holds_alternative<bool>(plain)) return plain;
      mismatch(given, expected, "a boolean");
    case ArgumentType::kInt:
      if (std::holds_alternative<std::int64_t>(plain)) return plain;
      if (const auto* truth = std::get_if<bool>(&plain)) return std::int64_t{*truth};
      mismatch(given, expected, "an integer");
    default:
      if (const auto* integer = std::get_if<std::int64_t>(&plain))
        return static_cast<double>(*integer);
      if (const auto* truth = std::get_if<bool>(&plain)) return static_cast<double>(*truth);
      return plain;
  }
}

// Python lets one number stand for a list of equal ones, as in stride=2.
template <typename T>
Argument coerce_numbers(const ProgramArgument& given, const SchemaArgument& expected,
                        const Scope& scope) {
  std::vector<T> list;
  const auto add = [&](const ProgramNumber& number) {
    const Argument plain = resolve(scope, number, given.place);
    if (const auto* same = std::get_if<T>(&plain)) {
      list.push_back(*same);
      return;
    }
    if constexpr (std::is_same_v<T, double>) {
      if (const auto* integer = std::get_if<std::int64_t>(&plain)) {
        list.push_back(static_cast<double>(*integer));
        return;
      }
    }
    mismatch(given, expected, "a list of numbers of one type");
  };
  if (const auto* numbers = std::get_if<std::vector<ProgramNumber>>(&given.value)) {
    list.reserve(numbers->size());
    for (const ProgramNumber& number : *numbers) add(number);
  } else if (const auto* number = std::get_if<ProgramNumber>(&given.value)) {
    add(*number);
  } else {
    const auto* names = std::get_if<std::vector<TensorName>>(&given.value);
    if (names == nullptr || !names->empty()) mismatch(given, expected, "a list of numbers");
  }
  return list;
}

template <typename T>
Argument coerce_exactly(const ProgramArgument& given, const SchemaArgument& expected,
                        std::string_view wanted) {
  const auto* value = std::get_if<T>(&given.value);
  if (value == nullptr) mismatch(given, expected, wanted);
  return *value;
}

}  // namespace

bool Scope::is_unknown(const ProgramArgument& argument) const {
  const auto* number = std::get_if<ProgramNumber>(&argument.value);
  const auto* symbol = number == nullptr ? nullptr : std::get_if<SymbolName>(number);
  return symbol != nullptr && unknown.contains(symbol->name);
}

const Argument& resolve(const Scope& scope, std::string_view name, JsonValue place) {
  if (const auto number = scope.unknown.find(name); number != scope.unknown.end())
    refuse_without_hint(*number->second, name);
  const auto found = scope.values.find(name);
  if (found == scope.values.end()) {
    place.refuse(
        "load.undefined_value",
        fmt::format("'{}' is used before anything defines it; export the model again", name));
  }
  return found->second;
}

Argument resolve(const Scope& scope, const ProgramNumber& number, JsonValue place) {
  if (const auto* symbol = std::get_if<SymbolName>(&number)) {
    const Argument& value = resolve(scope, symbol->name, place);
    if (std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) ||
        std::holds_alternative<double>(value)) {
      return value;
    }
    place.refuse("load.argument_type",
                 fmt::format("'{}' is used as a number; got a tensor or None", symbol->name));
  }
  if (const auto* truth = std::get_if<bool>(&number)) return *truth;
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return *integer;
  return std::get<double>(number);
}

Argument coerce_argument(const ProgramArgument& given, const SchemaArgument& expected,
                         const Scope& scope) {
  if (const auto* unsupported = std::get_if<UnsupportedArgument>(&given.value)) {
    given.place.refuse("load.unsupported",
                       fmt::format("argument '{}' is a {}, which Strata can't pass to an operator; "
                                   "export the model without it",
                                   expected.name, unsupported->tag));
  }
  if (std::holds_alternative<NoneArgument>(given.value)) {
    const bool allowed =
        expected.optional ||
        (expected.has_default && std::holds_alternative<NoneArgument>(expected.default_value));
    if (!allowed) mismatch(given, expected, "something other than None");
    return NoneArgument{};
  }
  switch (expected.type) {
    case ArgumentType::kTensor:
      return coerce_tensor(given, expected, scope);
    case ArgumentType::kTensorList:
      return coerce_tensors(given, expected, scope);
    case ArgumentType::kInt:
    case ArgumentType::kFloat:
    case ArgumentType::kBool:
    case ArgumentType::kScalar:
      return coerce_number(given, expected, scope);
    case ArgumentType::kIntList:
      return coerce_numbers<std::int64_t>(given, expected, scope);
    case ArgumentType::kFloatList:
      return coerce_numbers<double>(given, expected, scope);
    case ArgumentType::kBoolList:
      return coerce_numbers<bool>(given, expected, scope);
    case ArgumentType::kString: {
      const auto* text = std::get_if<std::string_view>(&given.value);
      if (text == nullptr) mismatch(given, expected, "a string");
      return std::string(*text);
    }
    case ArgumentType::kScalarType:
      return coerce_exactly<ScalarType>(given, expected, "an element type");
    case ArgumentType::kLayout:
      return coerce_exactly<Layout>(given, expected, "a layout");
    case ArgumentType::kMemoryFormat:
      return coerce_exactly<MemoryFormat>(given, expected, "a memory format");
    case ArgumentType::kDevice:
      return coerce_exactly<Device>(given, expected, "a device");
    case ArgumentType::kGenerator:
    case ArgumentType::kOther:
      break;
  }
  mismatch(given, expected, "a type that Strata can pass; this one it can't");
}

}  // namespace strata
