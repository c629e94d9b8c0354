#pragma once

#include <nlohmann/json.hpp>

#include "decomposer/schema/argument.h"
#include "decomposer/tree/json_place.h"

namespace strata {

// An argument in decomposition_tree.json. None, booleans, integers and text are themselves; a
// finite float is a number with a point or exponent; all else is an object with one key: {"tensor":
// 3}, {"tensors": [3, null]}, {"float": "inf"},
// {"complex": [0.0, 1.0]}, {"bools": []}, {"ints": []}, {"floats": []}, {"dtype": "fp32"},
// {"layout": "strided"},
// {"memory_format": "contiguous"}, {"device": "cpu"}.
nlohmann::ordered_json argument_json(const Argument& argument);

// The inverse. `locals`: tensors are numbers below it. Throws Error{"tree.json"} at the place for
// anything else.
Argument read_argument(const JsonPlace& place, std::size_t locals);

const char* layout_name(Layout layout);
const char* memory_format_name(MemoryFormat format);

}  // namespace strata
