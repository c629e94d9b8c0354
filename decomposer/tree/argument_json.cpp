#include "decomposer/tree/argument_json.h"

#include <cmath>
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

}  // namespace

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
