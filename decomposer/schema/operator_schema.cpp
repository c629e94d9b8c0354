#include "decomposer/schema/operator_schema.h"

#include <algorithm>

namespace strata {

bool OperatorSchema::writes() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const SchemaArgument& argument) { return argument.written; });
}

bool OperatorSchema::is_view() const {
  return std::any_of(returns.begin(), returns.end(), [this](const SchemaReturn& result) {
    return !result.alias_set.empty() && !result.written &&
           std::any_of(arguments.begin(), arguments.end(),
                       [&result](const SchemaArgument& argument) {
                         return !argument.written && argument.alias_set == result.alias_set;
                       });
  });
}

std::string OperatorSchema::qualified_name() const {
  return name_space + "::" + name + (overload.empty() ? "" : "." + overload);
}

int OperatorSchema::argument_index(std::string_view argument_name) const {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].name == argument_name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace strata
