#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "decomposer/schema/argument.h"

namespace strata {

enum class ArgumentType : std::uint8_t {
  kTensor,
  kTensorList,  // also Tensor?[]: see SchemaArgument::optional_elements
  kInt,         // also SymInt
  kFloat,
  kBool,
  kScalar,
  kString,
  kIntList,  // also SymInt[]
  kFloatList,
  kBoolList,
  kScalarType,
  kLayout,
  kMemoryFormat,
  kDevice,
  kGenerator,
  kOther,
};

struct SchemaArgument {
  std::string name;
  ArgumentType type = ArgumentType::kOther;
  bool optional = false;           // None is allowed
  bool optional_elements = false;  // for lists: None is allowed inside
  bool keyword_only = false;
  bool has_default = false;
  Argument default_value;  // meaningful when has_default
  bool written = false;    // the operator writes to this tensor
  std::string
      alias_set;  // "" when results never share its storage; "a" for Tensor(a) and Tensor(a!)
};

struct SchemaReturn {
  ArgumentType type = ArgumentType::kTensor;
  bool written = false;   // Tensor(a!): the argument itself, after the write
  std::string alias_set;  // matches SchemaArgument::alias_set
};

// An operator as the dispatcher of the linked LibTorch knows it. Plain data.
struct OperatorSchema {
  std::string name_space;  // "aten"
  std::string name;        // "add"
  std::string overload;    // "Tensor", "" for the default overload
  std::vector<SchemaArgument> arguments;
  std::vector<SchemaReturn> returns;

  bool writes() const;   // some argument is written
  bool is_view() const;  // some result shares storage with an argument that is not written
  std::string qualified_name() const;                        // "aten::add.Tensor", "aten::linear"
  int argument_index(std::string_view argument_name) const;  // -1 when there is none
};

// Looks the operator up in the dispatcher. Returned values are shared and immutable; equal names
// give the same object. Throws Error{"schema.unknown_operator"} that names the operator, its
// namespace and what to do when LibTorch has no such operator (a Python-only library op).
std::shared_ptr<const OperatorSchema> operator_schema(const std::string& name_space,
                                                      const std::string& name,
                                                      const std::string& overload);

}  // namespace strata
