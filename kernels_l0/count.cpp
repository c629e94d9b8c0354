#include "kernels_l0/count.h"

#include <string>

#include "kernels_l0/error.h"

namespace strata {
namespace {

[[noreturn]] void refuse(Count a, Count b, char sign) {
  throw Error("cost.overflow", std::to_string(a.value()) + " " + sign + " " +
                                   std::to_string(b.value()) +
                                   ": a cost must be below 2^63; got more; count a smaller model");
}

}  // namespace

Count operator+(Count a, Count b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.value_, b.value_, &sum)) refuse(a, b, '+');
  return sum;
}

Count operator*(Count a, Count b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a.value_, b.value_, &product)) refuse(a, b, '*');
  return product;
}

Count& Count::operator+=(Count other) { return *this = *this + other; }

}  // namespace strata
