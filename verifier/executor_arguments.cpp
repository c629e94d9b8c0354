#include "verifier/executor_arguments.h"

#include <ATen/ScalarOps.h>
#include <ATen/core/List.h>
#include <fmt/format.h>

#include <optional>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::optional<at::Scalar> number_in(const Argument& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return at::Scalar(*flag);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return at::Scalar(*integer);
  if (const auto* real = std::get_if<double>(&value)) return at::Scalar(*real);
  if (const auto* complex = std::get_if<std::complex<double>>(&value)) {
    return at::Scalar(c10::complex<double>(*complex));
  }
  return std::nullopt;
}

std::optional<double> real_in(const Argument& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<c10::List<std::int64_t>> integers_in(const Argument& value,
                                                   const c10::Argument& formal) {
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    return c10::List<std::int64_t>(*list);
  }
  // `int[2] stride=1` takes one number for all.
  if (const auto* one = std::get_if<std::int64_t>(&value)) {
    return c10::List<std::int64_t>(
        std::vector<std::int64_t>(static_cast<std::size_t>(formal.N().value_or(1)), *one));
  }
  return std::nullopt;
}

c10::List<double> reals_in(const std::vector<double>& values) { return c10::List<double>(values); }

c10::List<bool> flags_in(const std::vector<bool>& values) {
  c10::List<bool> list;
  for (const bool value : values) list.push_back(value);
  return list;
}

at::MemoryFormat torch_memory_format(MemoryFormat format) {
  switch (format) {
    case MemoryFormat::kContiguous:
      return at::MemoryFormat::Contiguous;
    case MemoryFormat::kChannelsLast:
      return at::MemoryFormat::ChannelsLast;
    case MemoryFormat::kChannelsLast3d:
      return at::MemoryFormat::ChannelsLast3d;
    case MemoryFormat::kPreserve:
      break;
  }
  return at::MemoryFormat::Preserve;
}

c10::IValue torch_device(const Device& device) {
  return c10::Device(device.index < 0 ? device.type
                                      : device.type + ":" + std::to_string(device.index));
}

// nullopt when the value does not fit the type.
std::optional<c10::IValue> converted(const Argument& value, const SchemaArgument& schema,
                                     const c10::Argument& formal) {
  switch (schema.type) {
    case ArgumentType::kTensor:
      if (const auto number = number_in(value)) return c10::IValue(wrapped_number(*number));
      break;
    case ArgumentType::kScalar:
      if (const auto number = number_in(value)) return c10::IValue(*number);
      break;
    case ArgumentType::kTensorList:
      if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value); list && list->empty())
        return c10::IValue(c10::List<at::Tensor>());
      break;
    case ArgumentType::kInt:
      if (const auto* integer = std::get_if<std::int64_t>(&value)) return c10::IValue(*integer);
      break;
    case ArgumentType::kFloat:
      if (const auto real = real_in(value)) return c10::IValue(*real);
      break;
    case ArgumentType::kBool:
      if (const auto* flag = std::get_if<bool>(&value)) return c10::IValue(*flag);
      break;
    case ArgumentType::kString:
      if (const auto* text = std::get_if<std::string>(&value)) return c10::IValue(*text);
      break;
    case ArgumentType::kIntList:
      if (auto list = integers_in(value, formal)) return c10::IValue(std::move(*list));
      break;
    case ArgumentType::kFloatList:
      if (const auto* list = std::get_if<std::vector<double>>(&value))
        return c10::IValue(reals_in(*list));
      break;
    case ArgumentType::kBoolList:
      if (const auto* list = std::get_if<std::vector<bool>>(&value))
        return c10::IValue(flags_in(*list));
      break;
    case ArgumentType::kScalarType:
      if (const auto* type = std::get_if<ScalarType>(&value)) return c10::IValue(torch_type(*type));
      break;
    case ArgumentType::kLayout:
      if (const auto* layout = std::get_if<Layout>(&value); layout && *layout == Layout::kStrided)
        return c10::IValue(at::kStrided);
      break;
    case ArgumentType::kMemoryFormat:
      if (const auto* format = std::get_if<MemoryFormat>(&value))
        return c10::IValue(torch_memory_format(*format));
      break;
    case ArgumentType::kDevice:
      if (const auto* device = std::get_if<Device>(&value)) return torch_device(*device);
      break;
    case ArgumentType::kGenerator:
    case ArgumentType::kOther:
      break;
  }
  return std::nullopt;
}

}  // namespace

at::Tensor wrapped_number(const at::Scalar& number) {
  at::Tensor tensor = c10::scalar_to_tensor(number);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

c10::IValue constant_ivalue(const Argument& value, const SchemaArgument& schema,
                            const c10::Argument& formal, const std::string& place) {
  if (std::holds_alternative<NoneArgument>(value)) return {};
  if (auto result = converted(value, schema, formal)) return std::move(*result);
  throw Error("executor.argument",
              fmt::format("{}: the value does not fit the operator's schema; got alternative {} of "
                          "strata::Argument, expected {}",
                          place, value.index(), formal.type()->str()));
}

}  // namespace strata
