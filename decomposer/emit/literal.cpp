#include "decomposer/emit/literal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

#include "kernels_l0/error.h"

namespace strata {

std::string double_literal(double value) {
  if (std::isnan(value)) return "std::numeric_limits<double>::quiet_NaN()";
  if (std::isinf(value)) {
    return value < 0 ? "-std::numeric_limits<double>::infinity()"
                     : "std::numeric_limits<double>::infinity()";
  }
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string integer_literal(std::int64_t value) {
  // The lowest int64 has no literal: -9223372036854775808 is the negation of a number too large.
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return "std::numeric_limits<int64_t>::min()";
  }
  if (value == std::numeric_limits<std::int64_t>::max()) {
    return "std::numeric_limits<int64_t>::max()";
  }
  return fmt::format("{}", value);
}

std::string bool_literal(bool value) { return value ? "true" : "false"; }

std::string complex_literal(std::complex<double> value) {
  return fmt::format("c10::complex<double>({}, {})", double_literal(value.real()),
                     double_literal(value.imag()));
}

std::string string_literal(const std::string& text) {
  std::string literal = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      literal += '\\';
      literal += character;
    } else if (byte < 0x20 || byte >= 0x7f) {
      literal += fmt::format("\\{:03o}", byte);
    } else {
      literal += character;
    }
  }
  return literal + '"';
}

std::string sizes_literal(const std::vector<std::int64_t>& sizes) {
  std::vector<std::string> items;
  for (const std::int64_t size : sizes) items.push_back(integer_literal(size));
  return braced(items);
}

std::string layout_literal(Layout layout) {
  switch (layout) {
    case Layout::kStrided:
      return "at::kStrided";
    case Layout::kSparse:
      return "at::kSparse";
    case Layout::kOther:
      break;
  }
  throw Error("emit.layout", "layout: strided or sparse; got another; export a dense model");
}

std::string memory_format_literal(MemoryFormat format) {
  switch (format) {
    case MemoryFormat::kContiguous:
      return "at::MemoryFormat::Contiguous";
    case MemoryFormat::kChannelsLast:
      return "at::MemoryFormat::ChannelsLast";
    case MemoryFormat::kChannelsLast3d:
      return "at::MemoryFormat::ChannelsLast3d";
    case MemoryFormat::kPreserve:
      break;
  }
  return "at::MemoryFormat::Preserve";
}

std::string device_literal(const Device& device) {
  if (device.type == "cpu") return "at::kCPU";
  const std::string name =
      device.index < 0 ? device.type : fmt::format("{}:{}", device.type, device.index);
  return fmt::format("at::Device({})", string_literal(name));
}

std::string comma_separated(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

std::string braced(const std::vector<std::string>& items) {
  return "{" + comma_separated(items) + "}";
}

}  // namespace strata
