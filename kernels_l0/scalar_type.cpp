#include "kernels_l0/scalar_type.h"

#include <array>

namespace strata {
namespace {

struct Row {
  std::string_view short_name;
  std::string_view cpp_name;
  std::int64_t element_size;
  bool floating;
  bool complex;
};

// In the order of ScalarType.
constexpr std::array<Row, 21> kRows = {{
    {"u8", "at::kByte", 1, false, false},
    {"i8", "at::kChar", 1, false, false},
    {"i16", "at::kShort", 2, false, false},
    {"i32", "at::kInt", 4, false, false},
    {"i64", "at::kLong", 8, false, false},
    {"fp16", "at::kHalf", 2, true, false},
    {"fp32", "at::kFloat", 4, true, false},
    {"fp64", "at::kDouble", 8, true, false},
    {"c32", "at::kComplexHalf", 4, false, true},
    {"c64", "at::kComplexFloat", 8, false, true},
    {"c128", "at::kComplexDouble", 16, false, true},
    {"bool", "at::kBool", 1, false, false},
    {"bf16", "at::kBFloat16", 2, true, false},
    {"u16", "at::kUInt16", 2, false, false},
    {"u32", "at::kUInt32", 4, false, false},
    {"u64", "at::kUInt64", 8, false, false},
    {"fp8e4m3fn", "at::kFloat8_e4m3fn", 1, true, false},
    {"fp8e5m2", "at::kFloat8_e5m2", 1, true, false},
    {"fp8e4m3fnuz", "at::kFloat8_e4m3fnuz", 1, true, false},
    {"fp8e5m2fnuz", "at::kFloat8_e5m2fnuz", 1, true, false},
    {"fp8e8m0fnu", "at::kFloat8_e8m0fnu", 1, true, false},
}};

const Row& row(ScalarType type) { return kRows.at(static_cast<std::size_t>(type)); }

}  // namespace

std::string_view short_name(ScalarType type) { return row(type).short_name; }
std::string_view cpp_name(ScalarType type) { return row(type).cpp_name; }
std::int64_t element_size(ScalarType type) { return row(type).element_size; }
bool is_floating(ScalarType type) { return row(type).floating; }
bool is_complex(ScalarType type) { return row(type).complex; }

std::optional<ScalarType> scalar_type_from_short_name(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].short_name == name) return static_cast<ScalarType>(i);
  }
  return std::nullopt;
}

}  // namespace strata
