#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace strata {

// The element types that a torch.export archive can hold. Our own list: no LibTorch in this header.
enum class ScalarType : std::uint8_t {
  kUInt8,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat16,
  kFloat32,
  kFloat64,
  kComplex32,
  kComplex64,
  kComplex128,
  kBool,
  kBFloat16,
  kUInt16,
  kUInt32,
  kUInt64,
  kFloat8E4M3FN,
  kFloat8E5M2,
  kFloat8E4M3FNUZ,
  kFloat8E5M2FNUZ,
  kFloat8E8M0FNU,
};

// The name used in component names: "fp32", "bf16", "i64", "bool", ...
std::string_view short_name(ScalarType type);
// The inverse of short_name; nullopt for any other text.
std::optional<ScalarType> scalar_type_from_short_name(std::string_view name);
// The C++ spelling in emitted code: "at::kFloat", "at::kLong", ...
std::string_view cpp_name(ScalarType type);
// Bytes of one element.
std::int64_t element_size(ScalarType type);
// True for real floating-point types of any width.
bool is_floating(ScalarType type);
bool is_complex(ScalarType type);

}  // namespace strata
