#include "verifier/compare_results.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/arbiter.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr double kRounding = 100;  // times the tolerance: more is no matter of rounding
constexpr const char* kAskArbiter = "; --arbiter fp64 accepts what only rounds otherwise";

// The replay's tensor that stands where an expected one does; undefined when there is none.
using FindReference = std::function<at::Tensor(const TrialResults&)>;

template <typename Key>
at::Tensor find(const std::map<Key, at::Tensor>& tensors, const Key& key) {
  const auto found = tensors.find(key);
  return found == tensors.end() ? at::Tensor() : found->second;
}

double largest_finite(const at::Tensor& tensor) {
  const c10::NoGradGuard no_grad;
  const at::Tensor magnitudes = tensor.detach().abs().to(at::kDouble);
  const at::Tensor finite = magnitudes.masked_select(at::isfinite(magnitudes));
  return finite.numel() == 0 ? 0 : finite.max().item<double>();
}

// Collects the comparisons of one trial.
class Comparisons {
 public:
  Comparisons(const CompareSettings& settings, const std::string& trial,
              std::vector<std::string>& reasons)
      : settings_(settings), trial_(trial), reasons_(reasons) {}

  void add(const std::string& name, const at::Tensor& expected, const at::Tensor& got,
           const FindReference& find_reference) {
    if (!expected.defined() && !got.defined()) return;
    if (!expected.defined() || !got.defined()) {
      reasons_.push_back(fmt::format("{}: {} is {} in the refactored component", trial_, name,
                                     got.defined() ? "a tensor" : "missing"));
      return;
    }
    const Comparison comparison = compare(expected, got, tolerance_for(expected));
    json one = to_json(comparison);
    one["name"] = name;
    one["tolerance"] = tolerance_source(expected.scalar_type());
    one["vacuous"] = is_vacuous(expected, comparison);
    if (!comparison.pass && !arbitrated(comparison, expected, got, find_reference, one))
      reasons_.push_back(fmt::format("{}: {}: {}{}", trial_, name, describe(comparison),
                                     may_round_otherwise(comparison) ? kAskArbiter : ""));
    bit_equal_ = bit_equal_ && comparison.agreement == Agreement::kBitEqual;
    max_abs_ = std::max(max_abs_, comparison.max_abs);
    list_.push_back(std::move(one));
  }

  bool empty() const { return list_.empty(); }

  json result() const {
    return {{"trial", trial_},
            {"bit_equal", bit_equal_ && !list_.empty()},
            {"max_abs_error", max_abs_},
            {"arbitrated", arbitrated_},
            {"tensors", list_}};
  }

 private:
  Tolerance tolerance_for(const at::Tensor& expected) const {
    const at::ScalarType dtype = expected.scalar_type();
    Tolerance tolerance =
        overridden(settings_.composition ? composition_tolerance(dtype) : step_tolerance(dtype),
                   dtype, settings_.tolerance.rtol, settings_.tolerance.atol);
    if (settings_.to_scale && tolerance.atol > 0) tolerance.atol *= largest_finite(expected);
    return tolerance;
  }

  std::string tolerance_source(at::ScalarType dtype) const {
    if (!at::isFloatingType(dtype) && !at::isComplexType(dtype)) return "exact: not a float";
    const bool asked = settings_.tolerance.rtol || settings_.tolerance.atol;
    std::string source = asked ? "as asked for"
                               : fmt::format("the guide's for {} in a {}", c10::toString(dtype),
                                             settings_.composition ? "composition" : "step");
    if (settings_.to_scale) source += ", atol times the largest value";
    return source;
  }

  bool may_round_otherwise(const Comparison& comparison) const {
    const double bound = kRounding * comparison.tolerance.atol;
    return !settings_.reference && !settings_.composition && bound > 0 &&
           comparison.agreement == Agreement::kOutside && comparison.passing_atol <= bound;
  }

  // Whether the arbiter accepts what the tolerance does not.
  bool arbitrated(const Comparison& comparison, const at::Tensor& expected, const at::Tensor& got,
                  const FindReference& find_reference, json& one) {
    const bool exact = comparison.tolerance == Tolerance{};
    if (!settings_.reference || comparison.agreement != Agreement::kOutside || exact) return false;
    const at::Tensor reference = find_reference(settings_.reference());
    if (!reference.defined()) return false;
    const Arbitration arbitration = arbitrate(reference, expected, got, settings_.factor);
    one["arbiter"] = to_json(arbitration);
    one["pass"] = arbitration.accepted;
    arbitrated_ = arbitrated_ || arbitration.accepted;
    return arbitration.accepted;
  }

  const CompareSettings& settings_;
  const std::string& trial_;
  std::vector<std::string>& reasons_;
  json list_ = json::array();
  bool bit_equal_ = true;
  bool arbitrated_ = false;
  double max_abs_ = 0;
};

// Tensors that either side wrote, under every key. `changed` finds them in a replay's results.
template <typename Key, typename Name>
void compare_changed(const std::map<Key, at::Tensor>& expected,
                     const std::map<Key, at::Tensor>& got, Name name,
                     std::map<Key, at::Tensor> TrialResults::* changed, const std::string& trial,
                     Comparisons& comparisons, std::vector<std::string>& reasons) {
  for (const auto& [key, tensor] : expected) {
    if (!got.contains(key)) {
      reasons.push_back(fmt::format(
          "{}: {} is written by the original, not by the refactored component", trial, name(key)));
      continue;
    }
    comparisons.add(
        name(key) + " afterwards", tensor, find(got, key),
        [&, key = key](const TrialResults& replay) { return find(replay.*changed, key); });
  }
  for (const auto& [key, tensor] : got) {
    if (expected.contains(key)) continue;
    reasons.push_back(fmt::format(
        "{}: {} is written by the refactored component, not by the original", trial, name(key)));
  }
}

}  // namespace

bool is_vacuous(const at::Tensor& expected, const Comparison& comparison) {
  if (comparison.agreement != Agreement::kWithin) return false;
  const Tolerance& tolerance = comparison.tolerance;
  if (comparison.expected_max_abs * (1 - tolerance.rtol) <= tolerance.atol) return true;
  if (comparison.elements < 2 || expected.is_complex()) return false;
  const c10::NoGradGuard no_grad;
  const auto [least, greatest] = at::aminmax(expected.detach().to(at::kDouble));
  const double low = least.item<double>();
  const double high = greatest.item<double>();
  const double slack = tolerance.atol + tolerance.rtol * std::min(std::abs(low), std::abs(high));
  return high - low <= 2 * slack;
}

json compare_results(const TrialResults& expected, const TrialResults& got,
                     const CompareSettings& settings, const std::string& trial,
                     std::vector<std::string>& reasons) {
  Comparisons comparisons(settings, trial, reasons);
  const std::size_t before = reasons.size();
  const std::vector<std::string>& names = settings.output_names;
  if (expected.outputs.size() != got.outputs.size()) {
    reasons.push_back(fmt::format("{}: {} outputs, the original has {}", trial, got.outputs.size(),
                                  expected.outputs.size()));
  } else {
    for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
      comparisons.add(i < names.size() ? names[i] : fmt::format("output {}", i),
                      expected.outputs[i], got.outputs[i], [i](const TrialResults& replay) {
                        return i < replay.outputs.size() ? replay.outputs[i] : at::Tensor();
                      });
    }
  }
  compare_changed(
      expected.changed_inputs, got.changed_inputs,
      [](std::size_t i) { return fmt::format("input {}", i); }, &TrialResults::changed_inputs,
      trial, comparisons, reasons);
  compare_changed(
      expected.changed_weights, got.changed_weights,
      [&](ParameterId id) { return weight_name(settings.graph->parameters.at(at(id))); },
      &TrialResults::changed_weights, trial, comparisons, reasons);
  if (comparisons.empty() && reasons.size() == before)
    reasons.push_back(trial + ": there was nothing to compare");
  return comparisons.result();
}

}  // namespace strata
