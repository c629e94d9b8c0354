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

LinearForm LinearForm::times(const LinearForm& other, Atoms& atoms) const {
  LinearForm product;
  for (const auto& [atom, ours] : factors_) {
    for (const auto& [second, theirs] : other.factors_) {
      LinearForm term = of_atom(atoms.product(atom, second));
      product = product.plus(term, ours * theirs);
    }
  }
  return product;
}

bool LinearForm::has_factor(const LinearForm& other, const Atoms& atoms) const {
  if (other.factors_.size() != 1 || other.factors_.contains(kOne)) return false;
  const std::vector<int> wanted = atoms.factors_of(other.factors_.begin()->first);
  return std::ranges::any_of(factors_, [&](const auto& term) {
    return std::ranges::includes(atoms.factors_of(term.first), wanted);
  });
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

std::vector<int> Atoms::factors_of(int atom) const {
  if (atom == kOne) return {};
  const auto product = products_.find(atom);
  return product == products_.end() ? std::vector<int>{atom} : product->second;
}

int Atoms::product(int first, int second) {
  std::vector<int> factors = factors_of(first);
  const std::vector<int> others = factors_of(second);
  factors.insert(factors.end(), others.begin(), others.end());
  if (factors.empty()) return kOne;
  if (factors.size() == 1) return factors[0];
  std::ranges::sort(factors);
  std::string name = "product";
  for (const int factor : factors) name += " " + std::to_string(factor);
  const int atom = of(name);
  products_[atom] = std::move(factors);
  return atom;
}

int Atoms::moved(const std::string& move, const std::string& back, int atom) {
  const auto known = moves_back_.find(atom);
  if (known != moves_back_.end() && known->second.first == move) return known->second.second;
  const int result = of(move + " of " + std::to_string(atom));
  if (!back.empty()) moves_back_[result] = {back, atom};
  return result;
}

}  // namespace strata
