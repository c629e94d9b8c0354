#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "decomposer/load/program.h"
#include "decomposer/schema/operator_schema.h"

namespace strata {

// What a name of a program's graph stands for: a tensor, a number that was specialised, or None.
using Scope = std::unordered_map<std::string_view, Argument>;

// Throws Error{"load.undefined_value"} for a name that nothing before has defined.
const Argument& resolve(const Scope& scope, std::string_view name, JsonValue place);
// A plain or symbolic number as bool, int64 or double.
Argument resolve(const Scope& scope, const ProgramNumber& number, JsonValue place);

// The argument as the type that the operator's schema asks for: an int becomes a float where a
// float is due, [] a list of the right kind. Throws Error{"load.argument_type"} when the schema has
// no place for it.
Argument coerce_argument(const ProgramArgument& given, const SchemaArgument& expected,
                         const Scope& scope);

}  // namespace strata
