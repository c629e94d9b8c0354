#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier/tolerance.h"

namespace strata {

enum class Agreement : std::uint8_t {
  kBitEqual,   // every bit, signs of zeros and NaN payloads included
  kWithin,     // every element within the tolerance
  kOutside,    // some element is not
  kNonFinite,  // NaN or infinity stand in different places
  kShapeDiffers,
  kDtypeDiffers,
};
std::string_view agreement_name(Agreement agreement);  // "bit_equal", "within", ...

// Two tensors, figure by figure. Figures over elements leave out the places where both are NaN or
// the same infinity. A NaN on one side only is a failing element, never a small difference.
struct Comparison {
  Agreement agreement = Agreement::kDtypeDiffers;
  bool pass = false;                  // kBitEqual or kWithin
  at::ScalarType dtype = at::kFloat;  // of the expected tensor
  std::vector<std::int64_t> sizes;    // of the expected tensor
  at::ScalarType got_dtype = at::kFloat;
  std::vector<std::int64_t> got_sizes;
  Tolerance tolerance;  // as used
  std::int64_t elements = 0;
  std::int64_t failing = 0;  // elements outside the tolerance, non-finite mismatches included
  std::int64_t nonfinite_mismatches = 0;
  double max_abs = 0;  // largest |got - expected|; infinity for a non-finite mismatch
  double max_rel = 0;  // largest |got - expected| / |expected|; infinity where expected is 0
  std::optional<std::uint64_t> max_ulp;  // fp64, fp32, fp16, bf16: representable numbers in between
  double passing_rtol = 0;  // least rtol that passes with atol as used; infinity for none
  double passing_atol = 0;  // least atol that passes with rtol as used; infinity for none
  std::vector<std::int64_t>
      worst;                      // index of the element that misses (or nears) its tolerance most
  std::string expected_at_worst;  // enough digits to tell neighbours apart
  std::string got_at_worst;
  double expected_max_abs = 0;     // largest finite |expected|: tells a vacuous comparison
  bool expected_constant = false;  // more than one element, all equal
};

// Never throws for differing tensors. Undefined tensors: Error{"compare.undefined"}. Strides may
// differ; of tensors that are not contiguous a copy is made, else no memory is needed.
Comparison compare(const at::Tensor& expected, const at::Tensor& got, const Tolerance& tolerance);
// With the step's tolerance of the expected tensor's dtype.
Comparison compare(const at::Tensor& expected, const at::Tensor& got);

// True when dtype, shape and every bit agree; strides may differ.
bool bit_equal(const at::Tensor& first, const at::Tensor& second);

// One line for people: "max abs 3.1e-06, max rel 2e-05 (12 ULP) at [0, 3, 17]: expected 0.12, got
// 0.13; 4 of 49152 elements outside rtol 1e-05, atol 1e-06; atol 3.2e-06 would have passed".
std::string describe(const Comparison& comparison);
nlohmann::json to_json(const Comparison& comparison);  // infinities and NaN as strings

// A 64-bit digest of dtype, sizes and values (strides left out), equal on all machines of one byte
// order.
std::uint64_t checksum(const at::Tensor& tensor);

}  // namespace strata
