#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels_l0/operation.h"

// Numbers that count what is done with them: a naive loop over them gives a kernel's FLOPs without
// any formula.

namespace strata {

// The operations so far. `into_matrix` while a loop multiplies and sums for a contraction.
struct Tally {
  std::int64_t matrix = 0;
  std::int64_t vector = 0;
  bool into_matrix = false;

  Flops flops() const { return {matrix, vector}; }
};

class Number {
 public:
  explicit Number(Tally& tally, double value = 0.5) : tally_(&tally), value_(value) {}

  friend Number operator+(Number a, Number b) { return a.made(a.value_ + b.value_); }
  friend Number operator-(Number a, Number b) { return a.made(a.value_ - b.value_); }
  friend Number operator*(Number a, Number b) { return a.made(a.value_ * b.value_); }
  friend Number operator/(Number a, Number b) { return a.made(a.value_ / b.value_); }
  friend Number operator+(Number a, double b) { return a.made(a.value_ + b); }
  friend Number operator-(Number a, double b) { return a.made(a.value_ - b); }
  friend Number operator-(double a, Number b) { return b.made(a - b.value_); }
  friend Number operator*(Number a, double b) { return a.made(a.value_ * b); }
  friend Number operator*(double a, Number b) { return b * a; }
  friend Number operator/(Number a, double b) { return a.made(a.value_ / b); }
  friend Number operator/(double a, Number b) { return b.made(a / b.value_); }
  Number operator-() const { return made(-value_); }
  friend Number max(Number a, Number b) { return a.made(std::max(a.value_, b.value_)); }
  friend Number max(Number a, double b) { return a.made(std::max(a.value_, b)); }
  friend Number min(Number a, double b) { return a.made(std::min(a.value_, b)); }
  friend Number exp(Number a) { return a.made(std::exp(a.value_)); }
  friend Number log(Number a) { return a.made(std::log(a.value_)); }
  friend Number tanh(Number a) { return a.made(std::tanh(a.value_)); }
  friend Number erf(Number a) { return a.made(std::erf(a.value_)); }
  friend Number sqrt(Number a) { return a.made(std::sqrt(a.value_)); }
  friend Number rsqrt(Number a) { return a.made(1 / std::sqrt(a.value_)); }
  friend Number abs(Number a) { return a.made(std::fabs(a.value_)); }
  friend Number floor(Number a) { return a.made(std::floor(a.value_)); }
  // A comparison whose answer chooses between two values that are both computed.
  Number choose(double limit, Number above, Number below) const {
    (void)made(0);
    return value_ > limit ? above : below;
  }

 private:
  Number made(double value) const {
    ++(tally_->into_matrix ? tally_->matrix : tally_->vector);
    return Number(*tally_, value);
  }

  Tally* tally_;
  double value_;
};

// 1 / (1 + exp(-x))
inline Number sigmoid(Number x) { return 1.0 / (exp(-x) + 1.0); }

// The sum of n products.
inline void dot(Tally& tally, std::int64_t n) {
  tally.into_matrix = true;
  Number sum(tally, 0);
  for (std::int64_t i = 0; i < n; ++i) sum = sum + Number(tally) * Number(tally);
  tally.into_matrix = false;
}

inline Number sum_of(Tally& tally, std::int64_t n) {
  Number sum(tally, 0);
  for (std::int64_t i = 0; i < n; ++i) sum = sum + Number(tally);
  return sum;
}

}  // namespace strata
