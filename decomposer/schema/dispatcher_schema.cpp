// The only file of the decomposer that asks LibTorch's dispatcher.

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/function_schema.h>

#include <mutex>
#include <unordered_map>

#include "decomposer/schema/cond.h"
#include "decomposer/schema/operator_schema.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

struct ReadType {
  ArgumentType type = ArgumentType::kOther;
  bool optional = false;
  bool optional_elements = false;
};

ArgumentType list_of(const c10::Type& element) {
  switch (element.kind()) {
    case c10::TypeKind::TensorType:
      return ArgumentType::kTensorList;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return ArgumentType::kIntList;
    case c10::TypeKind::FloatType:
      return ArgumentType::kFloatList;
    case c10::TypeKind::BoolType:
      return ArgumentType::kBoolList;
    default:
      return ArgumentType::kOther;
  }
}

ReadType read_type(const c10::TypePtr& type) {
  ReadType result;
  c10::TypePtr inner = type;
  if (const auto optional = inner->cast<c10::OptionalType>()) {
    result.optional = true;
    inner = optional->getElementType();
  }
  if (const auto list = inner->cast<c10::ListType>()) {
    c10::TypePtr element = list->getElementType();
    if (const auto optional = element->cast<c10::OptionalType>()) {
      result.optional_elements = true;
      element = optional->getElementType();
    }
    result.type = list_of(*element);
    return result;
  }
  switch (inner->kind()) {
    case c10::TypeKind::TensorType:
      result.type = ArgumentType::kTensor;
      break;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      result.type = ArgumentType::kInt;
      break;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType:
      result.type = ArgumentType::kFloat;
      break;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType:
      result.type = ArgumentType::kBool;
      break;
    case c10::TypeKind::NumberType:
      result.type = ArgumentType::kScalar;
      break;
    case c10::TypeKind::StringType:
      result.type = ArgumentType::kString;
      break;
    case c10::TypeKind::ScalarTypeType:
      result.type = ArgumentType::kScalarType;
      break;
    case c10::TypeKind::LayoutType:
      result.type = ArgumentType::kLayout;
      break;
    case c10::TypeKind::MemoryFormatType:
      result.type = ArgumentType::kMemoryFormat;
      break;
    case c10::TypeKind::DeviceObjType:
      result.type = ArgumentType::kDevice;
      break;
    case c10::TypeKind::GeneratorType:
      result.type = ArgumentType::kGenerator;
      break;
    default:
      break;
  }
  return result;
}

std::optional<ScalarType> scalar_type(c10::ScalarType type) {
  switch (type) {
    case c10::ScalarType::Byte:
      return ScalarType::kUInt8;
    case c10::ScalarType::Char:
      return ScalarType::kInt8;
    case c10::ScalarType::Short:
      return ScalarType::kInt16;
    case c10::ScalarType::Int:
      return ScalarType::kInt32;
    case c10::ScalarType::Long:
      return ScalarType::kInt64;
    case c10::ScalarType::Half:
      return ScalarType::kFloat16;
    case c10::ScalarType::Float:
      return ScalarType::kFloat32;
    case c10::ScalarType::Double:
      return ScalarType::kFloat64;
    case c10::ScalarType::Bool:
      return ScalarType::kBool;
    case c10::ScalarType::BFloat16:
      return ScalarType::kBFloat16;
    default:
      return std::nullopt;
  }
}

// nullopt for a default of a type that our Argument can't hold; the argument then has none.
std::optional<Argument> read_default(const c10::IValue& value, ArgumentType type) {
  if (value.isNone()) return NoneArgument{};
  switch (type) {
    case ArgumentType::kScalarType: {
      const auto found = scalar_type(value.toScalarType());
      return found ? std::optional<Argument>(*found) : std::nullopt;
    }
    case ArgumentType::kMemoryFormat:
      switch (value.toMemoryFormat()) {
        case c10::MemoryFormat::Contiguous:
          return MemoryFormat::kContiguous;
        case c10::MemoryFormat::ChannelsLast:
          return MemoryFormat::kChannelsLast;
        case c10::MemoryFormat::ChannelsLast3d:
          return MemoryFormat::kChannelsLast3d;
        case c10::MemoryFormat::Preserve:
          return MemoryFormat::kPreserve;
        default:
          return std::nullopt;
      }
    case ArgumentType::kLayout:
      return value.toLayout() == c10::Layout::Strided ? Layout::kStrided : Layout::kOther;
    case ArgumentType::kFloat:
      return value.isInt() ? static_cast<double>(value.toInt()) : value.toDouble();
    default:
      break;
  }
  if (value.isBool()) return value.toBool();
  if (value.isInt()) return value.toInt();
  if (value.isDouble()) return value.toDouble();
  if (value.isString()) return value.toStringRef();
  if (value.isIntList()) return value.toIntVector();
  if (value.isDoubleList()) return value.toDoubleVector();
  if (value.isBoolList()) {
    const auto list = value.toBoolList();
    return std::vector<bool>(list.begin(), list.end());
  }
  if (value.isDevice())
    return Device{c10::DeviceTypeName(value.toDevice().type(), true), value.toDevice().index()};
  return std::nullopt;
}

struct Alias {
  bool written = false;
  std::string set;
};

// "a" for Tensor(a) and for Tensor(a)[], whose annotation hangs on the element.
Alias read_alias(const c10::AliasInfo* info) {
  Alias alias;
  if (info == nullptr) return alias;
  alias.written = info->isWrite();
  for (const c10::Symbol& set : info->beforeSets()) alias.set = set.toUnqualString();
  for (const c10::AliasInfo& element : info->containedTypes()) {
    const Alias inner = read_alias(&element);
    alias.written = alias.written || inner.written;
    if (!inner.set.empty()) alias.set = inner.set;
  }
  return alias;
}

OperatorSchema read_schema(const c10::FunctionSchema& schema, const std::string& name_space,
                           const std::string& name) {
  OperatorSchema result{name_space, name, schema.overload_name(), {}, {}};
  for (const c10::Argument& argument : schema.arguments()) {
    const ReadType type = read_type(argument.real_type());
    const Alias alias = read_alias(argument.alias_info());
    SchemaArgument entry;
    entry.name = argument.name();
    entry.type = type.type;
    entry.optional = type.optional;
    entry.optional_elements = type.optional_elements;
    entry.keyword_only = argument.kwarg_only();
    entry.written = alias.written;
    entry.alias_set = alias.set;
    if (argument.default_value()) {
      if (auto value = read_default(*argument.default_value(), type.type)) {
        entry.has_default = true;
        entry.default_value = std::move(*value);
      }
    }
    result.arguments.push_back(std::move(entry));
  }
  for (const c10::Argument& returned : schema.returns()) {
    const Alias alias = read_alias(returned.alias_info());
    result.returns.push_back({read_type(returned.real_type()).type, alias.written, alias.set});
  }
  return result;
}

std::shared_ptr<const OperatorSchema> look_up(const std::string& name_space,
                                              const std::string& name,
                                              const std::string& overload) {
  const auto found = c10::Dispatcher::singleton().findSchema({name_space + "::" + name, overload});
  if (!found) {
    const std::string full = name_space + "::" + name + (overload.empty() ? "" : "." + overload);
    throw Error(
        "schema.unknown_operator",
        full + ": the linked LibTorch has no such operator (namespace '" + name_space +
            "'), so the program can't run outside Python; export the model without it, as with "
            "experts_implementation='batched_mm' for a mixture of experts");
  }
  return std::make_shared<const OperatorSchema>(read_schema(found->schema(), name_space, name));
}

}  // namespace

std::shared_ptr<const OperatorSchema> operator_schema(const std::string& name_space,
                                                      const std::string& name,
                                                      const std::string& overload) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::shared_ptr<const OperatorSchema>> known;
  const std::string key = name_space + "::" + name + "." + overload;
  const std::scoped_lock lock(mutex);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  if (auto schema = cond_operator(name_space, name)) return schema;
  return known.emplace(key, look_up(name_space, name, overload)).first->second;
}

}  // namespace strata
