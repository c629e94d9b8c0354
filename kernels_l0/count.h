#pragma once

#include <compare>
#include <cstdint>

namespace strata {

// A whole number of operations or bytes. Where a result would not fit 63 bits, it throws
// Error{"cost.overflow"} instead of wrapping.
class Count {
 public:
  constexpr Count(std::int64_t value = 0) : value_(value) {}  // NOLINT: numbers are counts

  constexpr std::int64_t value() const { return value_; }
  Count& operator+=(Count other);

  friend Count operator+(Count a, Count b);
  friend Count operator*(Count a, Count b);
  // Rounds down; the divisor is not 0.
  friend constexpr Count operator/(Count a, Count b) { return a.value_ / b.value_; }
  friend constexpr auto operator<=>(Count, Count) = default;

 private:
  std::int64_t value_;
};

}  // namespace strata
