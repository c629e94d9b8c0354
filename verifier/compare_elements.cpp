#include "verifier/compare_elements.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace strata {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The bits as an integer that counts representable numbers from zero, negative ones downwards; both
// zeros are 0.
template <typename Bits>
std::int64_t ordinal(Bits bits) {
  constexpr Bits kSign = Bits(1) << (sizeof(Bits) * 8 - 1);
  const auto magnitude = static_cast<std::int64_t>(bits & static_cast<Bits>(~kSign));
  return bits & kSign ? -magnitude : magnitude;
}

std::int64_t ordinal_of(double value) { return ordinal(std::bit_cast<std::uint64_t>(value)); }
std::int64_t ordinal_of(float value) { return ordinal(std::bit_cast<std::uint32_t>(value)); }
std::int64_t ordinal_of(at::Half value) { return ordinal(value.x); }
std::int64_t ordinal_of(at::BFloat16 value) { return ordinal(value.x); }

// |first - second| of ordinals; fits, for both lie within 63 bits of zero.
std::uint64_t distance(std::int64_t first, std::int64_t second) {
  return first > second ? static_cast<std::uint64_t>(first) - static_cast<std::uint64_t>(second)
                        : static_cast<std::uint64_t>(second) - static_cast<std::uint64_t>(first);
}

void nonfinite_mismatch(ElementFigures& figures, std::int64_t element) {
  ++figures.failing;
  if (figures.nonfinite_mismatches++ == 0) figures.worst = element;
  figures.worst_excess = figures.max_abs = figures.max_rel = kInfinity;
  figures.passing_rtol = figures.passing_atol = kInfinity;
}

// `difference` is |got - expected|, `magnitude` is |expected|; both finite but for an overflow.
void finite_element(ElementFigures& figures, const Tolerance& tolerance, std::int64_t element,
                    double difference, double magnitude) {
  figures.expected_max_abs = std::max(figures.expected_max_abs, magnitude);
  if (difference == 0) return;
  const double relative_part = tolerance.rtol * magnitude;
  const double excess = difference - (tolerance.atol + relative_part);
  if (!(difference <= tolerance.atol + relative_part)) ++figures.failing;
  if (excess > figures.worst_excess) {
    figures.worst_excess = excess;
    figures.worst = element;
  }
  figures.max_abs = std::max(figures.max_abs, difference);
  figures.max_rel = std::max(figures.max_rel, difference / magnitude);  // infinity at magnitude 0
  figures.passing_atol = std::max(figures.passing_atol, difference - relative_part);
  if (difference > tolerance.atol)
    figures.passing_rtol =
        std::max(figures.passing_rtol, (difference - tolerance.atol) / magnitude);
}

template <typename T>
void real_elements(ElementFigures& figures, const T* expected, const T* got, std::int64_t count,
                   const Tolerance& tolerance) {
  for (std::int64_t i = 0; i < count; ++i) {
    const double wanted = static_cast<double>(expected[i]);
    const double found = static_cast<double>(got[i]);
    if (!std::isfinite(wanted) || !std::isfinite(found)) {
      const bool agree = (std::isnan(wanted) && std::isnan(found)) || wanted == found;
      if (!agree) nonfinite_mismatch(figures, i);
      continue;
    }
    finite_element(figures, tolerance, i, std::abs(found - wanted), std::abs(wanted));
    figures.max_ulp =
        std::max(figures.max_ulp, distance(ordinal_of(expected[i]), ordinal_of(got[i])));
  }
  figures.has_ulp = true;
}

bool agree_nonfinite(double first, double second) {
  if (std::isfinite(first) && std::isfinite(second)) return true;
  return (std::isnan(first) && std::isnan(second)) || first == second;
}

template <typename T>
void complex_elements(ElementFigures& figures, const c10::complex<T>* expected,
                      const c10::complex<T>* got, std::int64_t count, const Tolerance& tolerance) {
  for (std::int64_t i = 0; i < count; ++i) {
    const c10::complex<double> wanted(expected[i]);
    const c10::complex<double> found(got[i]);
    const bool finite = std::isfinite(wanted.real()) && std::isfinite(wanted.imag()) &&
                        std::isfinite(found.real()) && std::isfinite(found.imag());
    if (finite) {
      finite_element(figures, tolerance, i, std::abs(found - wanted), std::abs(wanted));
    } else if (!agree_nonfinite(wanted.real(), found.real()) ||
               !agree_nonfinite(wanted.imag(), found.imag()) ||
               (std::isfinite(wanted.real()) && wanted.real() != found.real()) ||
               (std::isfinite(wanted.imag()) && wanted.imag() != found.imag())) {
      nonfinite_mismatch(figures, i);
    }
  }
}

template <typename T>
void exact_elements(ElementFigures& figures, const T* expected, const T* got, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const double difference = expected[i] > got[i]
                                  ? static_cast<double>(expected[i]) - static_cast<double>(got[i])
                                  : static_cast<double>(got[i]) - static_cast<double>(expected[i]);
    // Two integers beyond 2^53 may differ by less than a double can say.
    finite_element(figures, {}, i, expected[i] == got[i] ? 0.0 : std::max(difference, 1.0),
                   std::abs(static_cast<double>(expected[i])));
  }
}

template <typename T>
bool is_constant(const T* values, std::int64_t count) {
  const auto* bytes = reinterpret_cast<const char*>(values);
  // Every element equals the one before it.
  return count > 1 && std::memcmp(bytes, bytes + sizeof(T),
                                  static_cast<std::size_t>(count - 1) * sizeof(T)) == 0;
}

template <typename T>
std::string text_of(T value) {
  if constexpr (std::is_same_v<T, c10::complex<float>> || std::is_same_v<T, c10::complex<double>>) {
    return fmt::format("{}{:+}j", value.real(), value.imag());
  } else if constexpr (std::is_same_v<T, at::Half> || std::is_same_v<T, at::BFloat16>) {
    return fmt::format("{}", static_cast<float>(value));
  } else {
    return fmt::format("{}", value);
  }
}

// Calls `visit` with a value of the tensor's element type; false for types that have no arithmetic
// here.
template <typename Visit>
bool with_type(at::ScalarType dtype, Visit visit) {
  switch (dtype) {
    case at::kDouble:
      return visit(double{}), true;
    case at::kFloat:
      return visit(float{}), true;
    case at::kHalf:
      return visit(at::Half{}), true;
    case at::kBFloat16:
      return visit(at::BFloat16{}), true;
    case at::kComplexFloat:
      return visit(c10::complex<float>{}), true;
    case at::kComplexDouble:
      return visit(c10::complex<double>{}), true;
    case at::kLong:
      return visit(std::int64_t{}), true;
    case at::kInt:
      return visit(std::int32_t{}), true;
    case at::kShort:
      return visit(std::int16_t{}), true;
    case at::kChar:
      return visit(std::int8_t{}), true;
    case at::kByte:
      return visit(std::uint8_t{}), true;
    case at::kBool:
      return visit(bool{}), true;
    case at::kUInt16:
      return visit(std::uint16_t{}), true;
    case at::kUInt32:
      return visit(std::uint32_t{}), true;
    case at::kUInt64:
      return visit(std::uint64_t{}), true;
    default:
      return false;
  }
}

// The rare float types, in one that holds all their values.
at::Tensor widened(const at::Tensor& tensor) {
  return tensor.to(at::isComplexType(tensor.scalar_type()) ? at::kComplexFloat : at::kFloat);
}

}  // namespace

ElementFigures compare_elements(const at::Tensor& expected, const at::Tensor& got,
                                const Tolerance& tolerance) {
  ElementFigures figures;
  const std::int64_t count = expected.numel();
  const bool known = with_type(expected.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const auto* wanted = static_cast<const T*>(expected.const_data_ptr());
    const auto* found = static_cast<const T*>(got.const_data_ptr());
    if constexpr (std::is_integral_v<T>) {
      exact_elements(figures, wanted, found, count);
    } else if constexpr (std::is_same_v<T, c10::complex<float>> ||
                         std::is_same_v<T, c10::complex<double>>) {
      complex_elements(figures, wanted, found, count, tolerance);
    } else {
      real_elements(figures, wanted, found, count, tolerance);
    }
    figures.expected_constant = is_constant(wanted, count);
  });
  if (!known) {
    figures = compare_elements(widened(expected), widened(got), tolerance);
    figures.has_ulp = false;
  }
  return figures;
}

std::string element_text(const at::Tensor& tensor, std::int64_t element) {
  std::string text;
  const bool known = with_type(tensor.scalar_type(), [&](auto type) {
    text = text_of(static_cast<const decltype(type)*>(tensor.const_data_ptr())[element]);
  });
  return known ? text : element_text(widened(tensor), element);
}

}  // namespace strata
