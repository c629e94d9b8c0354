#pragma once

#include <string_view>

#include "decomposer/load/program.h"

namespace strata {

// The single tag of a one-key union. Throws Error{"load.unknown_tag"} unless there is exactly one
// key.
struct TaggedValue {
  std::string_view tag;
  JsonValue value;
};
TaggedValue read_union(JsonValue place);
[[noreturn]] void refuse_tag(JsonValue place, std::string_view tag, std::string_view union_name);

ScalarType read_scalar_type(JsonValue place);
Device read_device(JsonValue place);
Layout read_layout(JsonValue place);
ProgramTensor read_tensor_meta(JsonValue place);
// tag: "as_int", "as_bool" or "as_float": the kind of number that is allowed.
SymbolicNumber read_symbolic_number(JsonValue place, std::string_view tag);
TensorName read_tensor_name(JsonValue place);
ProgramArgument read_argument(JsonValue place);
ProgramGraph read_graph(JsonValue place);

}  // namespace strata
