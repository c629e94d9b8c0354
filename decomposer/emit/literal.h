#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "decomposer/schema/argument.h"

namespace strata {

// C++ literals that give back exactly the value they were made from.

// "0.125", "1.0", "1e-05": the shortest text that reads back as the same double;
// "-std::numeric_limits<double>::infinity()" where no literal can.
std::string double_literal(double value);
// "64"; the limits of int64 as std::numeric_limits<int64_t>::max() and min().
std::string integer_literal(std::int64_t value);
std::string bool_literal(bool value);
// "c10::complex<double>(0.0, 1.0)"
std::string complex_literal(std::complex<double> value);
// With quotes; everything but printable ASCII is escaped.
std::string string_literal(const std::string& text);
// "{1, 64, 768}", "{}"
std::string sizes_literal(const std::vector<std::int64_t>& sizes);
std::string layout_literal(Layout layout);
std::string memory_format_literal(MemoryFormat format);
// "at::kCPU", or "at::Device(\"cuda:0\")"
std::string device_literal(const Device& device);

// "{a, b}"
std::string braced(const std::vector<std::string>& items);
// "a, b"
std::string comma_separated(const std::vector<std::string>& items);

}  // namespace strata
