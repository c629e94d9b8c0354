#include "verifier/compare.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>

#include "kernels_l0/error.h"
#include "verifier/compare_elements.h"

namespace strata {
namespace {

using nlohmann::json;

// A tolerance that is reported as passing must pass although it was computed with rounding.
constexpr double kRoundUp = 1 + 1e-9;

at::Tensor plain(const at::Tensor& tensor) {
  return tensor.detach().resolve_conj().resolve_neg().contiguous();
}

bool same_bytes(const at::Tensor& first, const at::Tensor& second) {
  return first.nbytes() == 0 ||
         std::memcmp(first.const_data_ptr(), second.const_data_ptr(), first.nbytes()) == 0;
}

std::vector<std::int64_t> index_of(std::int64_t element, const std::vector<std::int64_t>& sizes) {
  std::vector<std::int64_t> index(sizes.size());
  for (std::size_t i = sizes.size(); i-- > 0;) {
    index[i] = element % sizes[i];
    element /= sizes[i];
  }
  return index;
}

void require_defined(const at::Tensor& expected, const at::Tensor& got) {
  if (expected.defined() && got.defined()) return;
  throw Error("compare.undefined",
              fmt::format("{} tensor: two tensors are compared; got an undefined one, expected "
                          "values; compare constants as constants",
                          expected.defined() ? "subject's" : "original's"));
}

json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace

std::string_view agreement_name(Agreement agreement) {
  switch (agreement) {
    case Agreement::kBitEqual:
      return "bit_equal";
    case Agreement::kWithin:
      return "within";
    case Agreement::kOutside:
      return "outside";
    case Agreement::kNonFinite:
      return "non_finite";
    case Agreement::kShapeDiffers:
      return "shape_differs";
    case Agreement::kDtypeDiffers:
      break;
  }
  return "dtype_differs";
}

Comparison compare(const at::Tensor& expected, const at::Tensor& got, const Tolerance& tolerance) {
  require_defined(expected, got);
  Comparison result;
  result.dtype = expected.scalar_type();
  result.got_dtype = got.scalar_type();
  result.sizes = expected.sizes().vec();
  result.got_sizes = got.sizes().vec();
  result.tolerance = tolerance;
  result.elements = expected.numel();
  if (expected.scalar_type() != got.scalar_type()) return result;
  if (expected.sizes() != got.sizes()) {
    result.agreement = Agreement::kShapeDiffers;
    return result;
  }
  const at::Tensor wanted = plain(expected);
  const at::Tensor found = plain(got);
  const ElementFigures figures = compare_elements(wanted, found, tolerance);
  result.failing = figures.failing;
  result.nonfinite_mismatches = figures.nonfinite_mismatches;
  result.max_abs = figures.max_abs;
  result.max_rel = figures.max_rel;
  if (figures.has_ulp) result.max_ulp = figures.max_ulp;
  result.passing_rtol = figures.passing_rtol * kRoundUp;
  result.passing_atol = figures.passing_atol * kRoundUp;
  result.expected_max_abs = figures.expected_max_abs;
  result.expected_constant = figures.expected_constant;
  if (figures.worst >= 0) {
    result.worst = index_of(figures.worst, result.sizes);
    result.expected_at_worst = element_text(wanted, figures.worst);
    result.got_at_worst = element_text(found, figures.worst);
  }
  if (figures.nonfinite_mismatches > 0) {
    result.agreement = Agreement::kNonFinite;
  } else if (figures.failing > 0) {
    result.agreement = Agreement::kOutside;
  } else {
    result.agreement = same_bytes(wanted, found) ? Agreement::kBitEqual : Agreement::kWithin;
    result.pass = true;
  }
  return result;
}

Comparison compare(const at::Tensor& expected, const at::Tensor& got) {
  require_defined(expected, got);
  return compare(expected, got, step_tolerance(expected.scalar_type()));
}

bool bit_equal(const at::Tensor& first, const at::Tensor& second) {
  require_defined(first, second);
  return first.scalar_type() == second.scalar_type() && first.sizes() == second.sizes() &&
         same_bytes(plain(first), plain(second));
}

std::string describe(const Comparison& comparison) {
  const std::string shape = fmt::format("[{}]", fmt::join(comparison.sizes, ", "));
  switch (comparison.agreement) {
    case Agreement::kDtypeDiffers:
      return fmt::format("dtype {}, expected {}", c10::toString(comparison.got_dtype),
                         c10::toString(comparison.dtype));
    case Agreement::kShapeDiffers:
      return fmt::format("shape [{}], expected {}", fmt::join(comparison.got_sizes, ", "), shape);
    case Agreement::kBitEqual:
      return fmt::format("bit-equal, {} elements", comparison.elements);
    default:
      break;
  }
  std::string text;
  if (comparison.agreement == Agreement::kNonFinite) {
    text = fmt::format("NaN or infinity in other places: {} elements",
                       comparison.nonfinite_mismatches);
  } else if (comparison.worst.empty() && comparison.max_abs == 0) {
    return fmt::format("equal but for the signs of zeros or the bits of NaN, {} elements",
                       comparison.elements);
  } else {
    text = fmt::format("max abs {:.3g}, max rel {:.3g}", comparison.max_abs, comparison.max_rel);
    if (comparison.max_ulp) text += fmt::format(" ({} ULP)", *comparison.max_ulp);
  }
  text += fmt::format(" at [{}]: expected {}, got {}", fmt::join(comparison.worst, ", "),
                      comparison.expected_at_worst, comparison.got_at_worst);
  if (comparison.failing > 0) {
    text += fmt::format("; {} of {} elements outside rtol {:g}, atol {:g}", comparison.failing,
                        comparison.elements, comparison.tolerance.rtol, comparison.tolerance.atol);
  }
  if (comparison.agreement == Agreement::kOutside)
    text += fmt::format("; atol {:.3g} would have passed", comparison.passing_atol);
  return text;
}

json to_json(const Comparison& comparison) {
  json result = {
      {"agreement", agreement_name(comparison.agreement)},
      {"pass", comparison.pass},
      {"dtype", c10::toString(comparison.dtype)},
      {"shape", comparison.sizes},
      {"got_dtype", c10::toString(comparison.got_dtype)},
      {"got_shape", comparison.got_sizes},
      {"rtol", comparison.tolerance.rtol},
      {"atol", comparison.tolerance.atol},
      {"elements", comparison.elements},
      {"failing", comparison.failing},
      {"nonfinite_mismatches", comparison.nonfinite_mismatches},
      {"max_abs", number(comparison.max_abs)},
      {"max_rel", number(comparison.max_rel)},
      {"max_ulp", comparison.max_ulp ? json(*comparison.max_ulp) : json()},
      {"passing_rtol", number(comparison.passing_rtol)},
      {"passing_atol", number(comparison.passing_atol)},
      {"expected_max_abs", number(comparison.expected_max_abs)},
      {"expected_constant", comparison.expected_constant},
  };
  if (!comparison.expected_at_worst.empty()) {
    result["worst"] = {{"index", comparison.worst},
                       {"expected", comparison.expected_at_worst},
                       {"got", comparison.got_at_worst}};
  }
  return result;
}

}  // namespace strata
