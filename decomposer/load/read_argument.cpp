#include "decomposer/load/read_argument.h"

#include <fmt/format.h>

#include <utility>

namespace strata {
namespace {

template <typename Read>
auto read_list(JsonValue place, Read read) {
  place.require_array();
  std::vector<decltype(read(place))> list;
  list.reserve(place.size());
  for (std::size_t i = 0; i < place.size(); ++i) list.push_back(read(place.at(i)));
  return list;
}

// None is written {"as_none": true}.
NoneArgument read_none(JsonValue place) {
  if (!place.boolean()) place.refuse("load.json", "as_none is always true; got false");
  return {};
}

TensorName read_optional_tensor(JsonValue place) {
  const auto [tag, value] = read_union(place);
  if (tag == "as_tensor") return read_tensor_name(value);
  if (tag != "as_none") refuse_tag(place, tag, "OptionalTensorArgument");
  read_none(value);
  return {};
}

ProgramNumber read_plain_number(JsonValue value, std::string_view tag) {
  if (tag == "as_int") return value.integer();
  if (tag == "as_bool") return value.boolean();
  return value.real();
}

// SymIntArgument and its siblings: a name or a plain number of the kind `tag`.
ProgramNumber read_number_or_name(JsonValue place, std::string_view tag) {
  const auto [got, value] = read_union(place);
  if (got == "as_name") return SymbolName{value.string()};
  if (got != tag) refuse_tag(place, got, "a symbolic number");
  return read_plain_number(value, tag);
}

std::vector<ProgramNumber> read_numbers(JsonValue place, std::string_view tag) {
  return read_list(place, [&](JsonValue item) { return read_plain_number(item, tag); });
}

std::vector<ProgramNumber> read_numbers_or_names(JsonValue place, std::string_view tag) {
  return read_list(place, [&](JsonValue item) { return read_number_or_name(item, tag); });
}

MemoryFormat read_memory_format(JsonValue place) {
  switch (place.integer()) {
    case 1:
      return MemoryFormat::kContiguous;
    case 2:
      return MemoryFormat::kChannelsLast;
    case 3:
      return MemoryFormat::kChannelsLast3d;
    case 4:
      return MemoryFormat::kPreserve;
    default:
      place.refuse("load.json",
                   fmt::format("unknown memory format {}; expected 1 to 4", place.integer()));
  }
}

SubgraphArgument read_subgraph(JsonValue place) {
  place.allow_only({"name", "graph"});
  return {place.member("name").string(),
          std::make_shared<ProgramGraph>(read_graph(place.member("graph")))};
}

std::complex<double> read_complex(JsonValue place) {
  place.allow_only({"real", "imag"});
  return {place.member("real").real(), place.member("imag").real()};
}

}  // namespace

TaggedValue read_union(JsonValue place) {
  place.require_object();
  if (place.size() != 1) {
    place.refuse("load.unknown_tag",
                 fmt::format("a union has exactly one tag; got {}", place.size()));
  }
  return {place.key_at(0), place.at(0)};
}

void refuse_tag(JsonValue place, std::string_view tag, std::string_view union_name) {
  place.refuse("load.unknown_tag",
               fmt::format("'{}' is no tag of {} in schema version 8; export the model with "
                           "PyTorch 2.13",
                           tag, union_name));
}

ScalarType read_scalar_type(JsonValue place) {
  switch (place.integer()) {
    case 1:
      return ScalarType::kUInt8;
    case 2:
      return ScalarType::kInt8;
    case 3:
      return ScalarType::kInt16;
    case 4:
      return ScalarType::kInt32;
    case 5:
      return ScalarType::kInt64;
    case 6:
      return ScalarType::kFloat16;
    case 7:
      return ScalarType::kFloat32;
    case 8:
      return ScalarType::kFloat64;
    case 9:
      return ScalarType::kComplex32;
    case 10:
      return ScalarType::kComplex64;
    case 11:
      return ScalarType::kComplex128;
    case 12:
      return ScalarType::kBool;
    case 13:
      return ScalarType::kBFloat16;
    case 28:
      return ScalarType::kUInt16;
    case 29:
      return ScalarType::kFloat8E4M3FN;
    case 30:
      return ScalarType::kFloat8E5M2;
    case 31:
      return ScalarType::kFloat8E4M3FNUZ;
    case 32:
      return ScalarType::kFloat8E5M2FNUZ;
    case 33:
      return ScalarType::kFloat8E8M0FNU;
    case 34:
      return ScalarType::kUInt32;
    case 35:
      return ScalarType::kUInt64;
    default:
      place.refuse("load.json", fmt::format("unknown element type {}; expected 1 to 13 or 28 to 35",
                                            place.integer()));
  }
}

Device read_device(JsonValue place) {
  place.allow_only({"type", "index"});
  Device device{std::string(place.member("type").string())};
  const auto index = place.optional_member("index");
  if (index && !index->is_null()) device.index = index->integer();
  return device;
}

Layout read_layout(JsonValue place) {
  const std::int64_t code = place.integer();
  if (code == 7) return Layout::kStrided;
  if (code == 1) return Layout::kSparse;
  if (code >= 2 && code <= 6) return Layout::kOther;
  place.refuse("load.json", fmt::format("unknown layout {}; expected 1 to 7", code));
}

SymbolicNumber read_symbolic_number(JsonValue place, std::string_view tag) {
  const auto [got, value] = read_union(place);
  SymbolicNumber number{place, {}, std::nullopt};
  const auto set_hint = [&](JsonValue plain) {
    if (tag == "as_int") {
      number.hint = plain.integer();
    } else if (tag == "as_bool") {
      number.hint = plain.boolean();
    } else {
      number.hint = plain.real();
    }
  };
  if (got == tag) {
    set_hint(value);
    return number;
  }
  if (got != "as_expr") refuse_tag(place, got, "a symbolic number");
  value.allow_only({"expr_str", "hint"});
  number.expression = value.member("expr_str").string();
  const auto hint = value.optional_member("hint");
  if (hint && !hint->is_null()) {
    const auto [hint_tag, plain] = read_union(*hint);
    if (hint_tag != tag) refuse_tag(*hint, hint_tag, "this number's hint");
    set_hint(plain);
  }
  return number;
}

ProgramTensor read_tensor_meta(JsonValue place) {
  place.allow_only(
      {"dtype", "sizes", "requires_grad", "device", "strides", "storage_offset", "layout"});
  const auto read_int = [](JsonValue item) { return read_symbolic_number(item, "as_int"); };
  ProgramTensor tensor;
  tensor.place = place;
  tensor.sizes = read_list(place.member("sizes"), read_int);
  tensor.strides = read_list(place.member("strides"), read_int);
  tensor.storage_offset = read_int(place.member("storage_offset"));
  tensor.dtype = read_scalar_type(place.member("dtype"));
  tensor.layout = read_layout(place.member("layout"));
  tensor.device = read_device(place.member("device"));
  tensor.requires_grad = place.member("requires_grad").boolean();
  if (tensor.sizes.size() != tensor.strides.size()) {
    place.refuse("load.json",
                 fmt::format("a tensor has a stride for each size; got {} sizes and {} strides",
                             tensor.sizes.size(), tensor.strides.size()));
  }
  return tensor;
}

TensorName read_tensor_name(JsonValue place) {
  place.allow_only({"name"});
  const JsonValue name = place.member("name");
  if (name.string().empty()) name.refuse("load.json", "a tensor's name is not empty");
  return {name.string()};
}

ProgramArgument read_argument(JsonValue place) {
  const auto [tag, value] = read_union(place);
  ProgramArgument argument;
  argument.place = place;
  auto& result = argument.value;
  if (tag == "as_tensor") {
    result = read_tensor_name(value);
  } else if (tag == "as_int" || tag == "as_float" || tag == "as_bool") {
    result = read_plain_number(value, tag);
  } else if (tag == "as_ints") {
    result = read_numbers(value, "as_int");
  } else if (tag == "as_none") {
    result = read_none(value);
  } else if (tag == "as_tensors") {
    result = read_list(value, read_tensor_name);
  } else if (tag == "as_floats") {
    result = read_numbers(value, "as_float");
  } else if (tag == "as_bools") {
    result = read_numbers(value, "as_bool");
  } else if (tag == "as_string") {
    result = value.string();
  } else if (tag == "as_sym_int") {
    result = read_number_or_name(value, "as_int");
  } else if (tag == "as_sym_ints") {
    result = read_numbers_or_names(value, "as_int");
  } else if (tag == "as_sym_bool") {
    result = read_number_or_name(value, "as_bool");
  } else if (tag == "as_sym_bools") {
    result = read_numbers_or_names(value, "as_bool");
  } else if (tag == "as_sym_float") {
    result = read_number_or_name(value, "as_float");
  } else if (tag == "as_sym_floats") {
    result = read_numbers_or_names(value, "as_float");
  } else if (tag == "as_scalar_type") {
    result = read_scalar_type(value);
  } else if (tag == "as_memory_format") {
    result = read_memory_format(value);
  } else if (tag == "as_layout") {
    result = read_layout(value);
  } else if (tag == "as_device") {
    result = read_device(value);
  } else if (tag == "as_optional_tensors") {
    result = read_list(value, read_optional_tensor);
  } else if (tag == "as_optional_tensor") {
    const TensorName name = read_optional_tensor(value);
    if (!name.name.empty()) result = name;
  } else if (tag == "as_complex") {
    result = read_complex(value);
  } else if (tag == "as_graph") {
    result = read_subgraph(value);
  } else if (tag == "as_custom_obj" || tag == "as_operator" || tag == "as_strings" ||
             tag == "as_nested_tensors" || tag == "as_int_lists" || tag == "as_float_lists" ||
             tag == "as_string_to_argument") {
    result = UnsupportedArgument{tag};
  } else {
    refuse_tag(place, tag, "Argument");
  }
  return argument;
}

}  // namespace strata
