#include "decomposer/tree/argument_json.h"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

Json float_json(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return value;
}

struct Writer {
  Json operator()(NoneArgument) const { return nullptr; }
  Json operator()(ValueRef value) const { return {{"tensor", value.id}}; }
  Json operator()(const std::vector<ValueRef>& values) const {
    Json list = Json::array();
    for (const ValueRef value : values) list.push_back(value.present() ? Json(value.id) : Json());
    return {{"tensors", list}};
  }
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(double value) const {
    if (std::isfinite(value)) return value;
    return {{"float", float_json(value)}};
  }
  Json operator()(std::complex<double> value) const {
    return {{"complex", Json::array({float_json(value.real()), float_json(value.imag())})}};
  }
  Json operator()(const std::string& text) const { return text; }
  Json operator()(const std::vector<bool>& values) const { return {{"bools", values}}; }
  Json operator()(const std::vector<std::int64_t>& values) const { return {{"ints", values}}; }
  Json operator()(const std::vector<double>& values) const {
    Json list = Json::array();
    for (const double value : values) list.push_back(float_json(value));
    return {{"floats", list}};
  }
  Json operator()(ScalarType type) const { return {{"dtype", short_name(type)}}; }
  Json operator()(Layout layout) const { return {{"layout", layout_name(layout)}}; }
  Json operator()(MemoryFormat format) const {
    return {{"memory_format", memory_format_name(format)}};
  }
  Json operator()(const Device& device) const {
    return {{"device",
             device.index < 0 ? device.type : device.type + ":" + std::to_string(device.index)}};
  }
};

double read_float(const JsonPlace& place) {
  const nlohmann::json& value = place.value();
  if (value.is_number_float()) return value.get<double>();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  place.refuse("a float, \"inf\", \"-inf\" or \"nan\" is expected");
}

Device read_device(const JsonPlace& place) {
  const std::string name = place.text();
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return {name, -1};
  const std::string number = name.substr(colon + 1);
  if (number.empty() || number.size() > 4 ||
      number.find_first_not_of("0123456789") != std::string::npos) {
    place.refuse("a device such as cpu or cuda:0 is expected");
  }
  return {name.substr(0, colon), std::stoi(number)};
}

template <class Value, std::size_t size>
Value read_name(const JsonPlace& place, const std::array<Value, size>& values,
                const char* (*name_of)(Value)) {
  for (const Value value : values) {
    if (place.value() == name_of(value)) return value;
  }
  place.refuse("an unknown name");
}

Argument read_tagged(const std::string& tag, const JsonPlace& place, std::size_t locals) {
  if (tag == "tensor") return ValueRef{place.index(locals)};
  if (tag == "tensors") {
    std::vector<ValueRef> list;
    for (const JsonPlace& item : place.items())
      list.push_back(item.is_null() ? ValueRef{} : ValueRef{item.index(locals)});
    return list;
  }
  if (tag == "float") return read_float(place);
  if (tag == "complex") {
    const std::vector<JsonPlace> parts = place.items();
    if (parts.size() != 2) place.refuse("two floats are expected");
    return std::complex<double>(read_float(parts[0]), read_float(parts[1]));
  }
  if (tag == "bools") {
    std::vector<bool> list;
    for (const JsonPlace& item : place.items()) list.push_back(item.flag());
    return list;
  }
  if (tag == "ints") return place.integers();
  if (tag == "floats") {
    std::vector<double> list;
    for (const JsonPlace& item : place.items()) list.push_back(read_float(item));
    return list;
  }
  if (tag == "dtype") {
    const auto type = scalar_type_from_short_name(place.text());
    if (!type) place.refuse("a dtype is expected");
    return *type;
  }
  if (tag == "layout")
    return read_name(place, std::array{Layout::kStrided, Layout::kSparse, Layout::kOther},
                     layout_name);
  if (tag == "memory_format") {
    return read_name(place,
                     std::array{MemoryFormat::kContiguous, MemoryFormat::kChannelsLast,
                                MemoryFormat::kChannelsLast3d, MemoryFormat::kPreserve},
                     memory_format_name);
  }
  if (tag == "device") return read_device(place);
  place.refuse("an unknown kind of argument");
}

}  // namespace

Argument read_argument(const JsonPlace& place, std::size_t locals) {
  const nlohmann::json& value = place.value();
  if (value.is_null()) return NoneArgument{};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return place.integer();
  if (value.is_number_float()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  const auto [tag, inner] = place.only_member();
  return read_tagged(tag, inner, locals);
}

nlohmann::ordered_json argument_json(const Argument& argument) {
  return std::visit(Writer{}, argument);
}

const char* layout_name(Layout layout) {
  switch (layout) {
    case Layout::kStrided:
      return "strided";
    case Layout::kSparse:
      return "sparse";
    case Layout::kOther:
      break;
  }
  return "other";
}

const char* memory_format_name(MemoryFormat format) {
  switch (format) {
    case MemoryFormat::kContiguous:
      return "contiguous";
    case MemoryFormat::kChannelsLast:
      return "channels_last";
    case MemoryFormat::kChannelsLast3d:
      return "channels_last_3d";
    case MemoryFormat::kPreserve:
      break;
  }
  return "preserve";
}

}  // namespace strata
