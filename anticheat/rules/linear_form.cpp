#include "anticheat/rules/linear_form.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace strata {
namespace {

constexpr int kOne = 0;
constexpr double kRounding = 1e-7;  // what single precision may leave of a difference

}  // namespace

LinearForm LinearForm::of_number(double number) {
  LinearForm form;
  form.factors_[kOne] = number;
  return form;
}

LinearForm LinearForm::of_atom(int atom) {
  LinearForm form;
  form.factors_[atom] = 1;
  return form;
}

LinearForm LinearForm::plus(const LinearForm& other, double factor) const {
  LinearForm sum = *this;
  for (const auto& [atom, theirs] : other.factors_) {
    double& ours = sum.factors_[atom];
    const double largest = std::max(std::abs(ours), std::abs(theirs * factor));
    ours += theirs * factor;
    if (std::abs(ours) <= largest * kRounding) sum.factors_.erase(atom);
  }
  return sum;
}

LinearForm LinearForm::times(double factor) const {
  LinearForm product = *this;
  for (auto& [atom, ours] : product.factors_) ours *= factor;
  return product;
}

bool LinearForm::is_multiple_of(const LinearForm& other) const {
  if (factors_.empty() || factors_.size() != other.factors_.size()) return false;
  const double ratio = factors_.begin()->second / other.factors_.begin()->second;
  return plus(other, -ratio).factors_.empty();
}

bool LinearForm::loses_atom(const LinearForm& other, const LinearForm& sum) const {
  return std::any_of(factors_.begin(), factors_.end(), [&](const auto& entry) {
    return entry.first != kOne && other.factors_.contains(entry.first) &&
           !sum.factors_.contains(entry.first);
  });
}

std::string LinearForm::text() const {
  std::string text = "{";
  for (const auto& [atom, factor] : factors_) {
    char number[40];
    std::snprintf(number, sizeof number, "%d:%.9g,", atom, factor);
    text += number;
  }
  return text + "}";
}

int Atoms::of(const std::string& description) {
  const auto [found, is_new] = known_.emplace(description, next_);
  if (is_new) ++next_;
  return found->second;
}

int Atoms::unique() { return next_++; }

}  // namespace strata
