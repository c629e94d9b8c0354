#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "decomposer/load/program.h"
#include "decomposer/schema/operator_schema.h"

namespace strata {

// What the names of a program's graph stand for.
struct Scope {
  std::unordered_map<std::string_view, Argument>
      values;  // a tensor, a number that was specialised, or None
  // Numbers that depend on the data: only assertions may read them.
  std::unordered_map<std::string_view, const SymbolicNumber*> unknown;

  bool is_unknown(const ProgramArgument& argument) const;
};

// Throws Error{"load.undefined_value"} for a name that nothing before has defined, and
// Error{"load.no_hint"} for a number that depends on the data.
const Argument& resolve(const Scope& scope, std::string_view name, JsonValue place);
// A plain or symbolic number as bool, int64 or double.
Argument resolve(const Scope& scope, const ProgramNumber& number, JsonValue place);

// The argument as the type that the operator's schema asks for: an int becomes a float where a
// float is due, [] a list of the right kind. Throws Error{"load.argument_type"} when the schema has
// no place for it.
Argument coerce_argument(const ProgramArgument& given, const SchemaArgument& expected,
                         const Scope& scope);

}  // namespace strata
