#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <limits>
#include <string>

#include "verifier/tolerance.h"

namespace strata {

// What one pass over two equally shaped, contiguous tensors of one dtype finds. The fields mean
// what those of Comparison of the same name do; `worst` is the element's number, -1 when all are
// equal.
struct ElementFigures {
  std::int64_t failing = 0;
  std::int64_t nonfinite_mismatches = 0;
  double max_abs = 0;
  double max_rel = 0;
  std::uint64_t max_ulp = 0;
  bool has_ulp = false;
  double passing_rtol = 0;
  double passing_atol = 0;
  std::int64_t worst = -1;
  double worst_excess = -std::numeric_limits<double>::infinity();
  double expected_max_abs = 0;
  bool expected_constant = false;
};

// Both tensors must be contiguous, without lazy conjugation or negation.
ElementFigures compare_elements(const at::Tensor& expected, const at::Tensor& got,
                                const Tolerance& tolerance);

// One element of a contiguous tensor, with enough digits to tell neighbours apart.
std::string element_text(const at::Tensor& tensor, std::int64_t element);

}  // namespace strata
