#pragma once

#include <functional>
#include <string>

#include "decomposer/graph/graph.h"

namespace strata {

// An argument as text for hashing: exact for numbers, and with each tensor spelled by `value_text`.
// Two arguments have one text only when they are equal.
std::string argument_text(const Argument& argument,
                          const std::function<std::string(ValueRef)>& value_text);

// "1x64x768:fp32"
std::string shape_text(const std::vector<std::int64_t>& sizes, ScalarType dtype);

}  // namespace strata
