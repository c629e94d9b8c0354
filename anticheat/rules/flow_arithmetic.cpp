#include "anticheat/rules/flow_arithmetic.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

constexpr int kMostDegree = 1000;
constexpr std::size_t kMostTerms = 64;

bool is_input(const FlowValue& value) {
  return value.sources.size() == 1 && value.sources.contains(kInputSource);
}

class Follower {
 public:
  Follower(const ArithmeticOperand& left, const ArithmeticOperand& right,
           const ArithmeticLimits& limits, Atoms& atoms)
      : left_(left), right_(right), limits_(limits), atoms_(atoms) {}

  ArithmeticResult run(const std::string& name, std::optional<double> scale) {
    if (name == "add") sum(left_, right_, 1, scale.value_or(1));
    if (name == "sub") sum(left_, right_, 1, -scale.value_or(1));
    if (name == "rsub") sum(left_, right_, -1, scale.value_or(1));
    if (name == "neg") by_number(left_.value, -1);
    if (name == "mul") product();
    if (name == "div") quotient();
    if (name == "pow") power();
    result_.value.degree = std::min(result_.value.degree, kMostDegree);
    result_.value.elements.clear();
    if (result_.vanishing.empty()) look_for_loss(scale.value_or(1));
    return std::move(result_);
  }

 private:
  void by_number(const FlowValue& value, double factor) {
    if (factor == 0 && limits_.may_vanish) {
      result_.value = value;
      result_.value.form.reset();
      result_.vanishing = kNothingLeft;
      return;
    }
    result_.value = scaled(value, factor);
    if (value.form) result_.value.form = value.form->times(factor);
  }

  void sum(const ArithmeticOperand& a, const ArithmeticOperand& b, double a_factor,
           double b_factor) {
    FlowValue& value = result_.value;
    value = scaled(a.value, a_factor);
    const FlowValue other = scaled(b.value, b_factor);
    std::map<int, int> cuts = value.cuts;
    for (const auto& [tensor, count] : other.cuts) cuts[tensor] += count;
    merge(value, other);
    value.cuts = std::move(cuts);
    value.form.reset();
    if (a.value.form && b.value.form) {
      value.form = a.value.form->times(a_factor).plus(*b.value.form, b_factor);
      const bool may_cancel = limits_.is_counted_kernel && (is_input(a.value) || is_input(b.value));
      if (!may_cancel && a.value.form->loses_atom(*b.value.form, *value.form))
        result_.vanishing = "a value is taken away from itself";
    }
    const bool constant = !value.sources.contains(kInputSource);
    for (const ArithmeticOperand* operand : {&a, &b}) {
      if (limits_.is_counted_kernel && constant) break;
      if (operand->number && !(std::abs(*operand->number) < limits_.largest_offset))
        result_.vanishing = "the other operand is drowned in the number";
    }
  }

  void product() {
    if (left_.number) return by_number(right_.value, *left_.number);
    if (right_.number) return by_number(left_.value, *right_.number);
    join(left_.value.degree + right_.value.degree, right_.value.magnitude, left_.value.magnitude);
    result_.value.magnitude = left_.value.magnitude * right_.value.magnitude;
    result_.value.form = product_of(left_.value.form, right_.value.form);
  }

  std::optional<LinearForm> product_of(const std::optional<LinearForm>& first,
                                       const std::optional<LinearForm>& second) {
    if (!first || !second) return std::nullopt;
    if (first->size() * second->size() <= kMostTerms) return first->times(*second, atoms_);
    const auto [less, more] = std::minmax(first->text(), second->text());
    return LinearForm::of_atom(atoms_.of("mul" + less + more));
  }

  void quotient() {
    if (right_.number) return by_number(left_.value, 1 / *right_.number);
    if (left_.number) {
      result_.value = scaled(right_.value, *left_.number);
      return;
    }
    const double below = std::max(right_.value.magnitude, 1e-300);
    join(left_.value.degree + right_.value.degree, 1 / below, left_.value.magnitude / below);
    result_.value.magnitude = left_.value.magnitude / below;
    if (left_.value.form && right_.value.form) {
      result_.value.form = LinearForm::of_atom(
          atoms_.of("div" + left_.value.form->text() + right_.value.form->text()));
      if (left_.value.form->is_multiple_of(*right_.value.form) ||
          left_.value.form->has_factor(*right_.value.form, atoms_))
        result_.vanishing = "a value is divided by itself";
    }
  }

  void power() {
    const FlowValue& base = left_.value;
    if (right_.is_tensor) return join(2 * base.degree + right_.value.degree, 1, 1);
    const double exponent = right_.number.value_or(2);
    result_.value = scaled(base, std::min(1.0, std::abs(exponent)));
    const double magnitude = std::pow(base.magnitude, exponent);
    result_.value.magnitude = std::isfinite(magnitude) ? magnitude : base.magnitude;
    const double counted = exponent >= 1 ? std::min(exponent, 100.0) : 2;
    result_.value.degree = static_cast<int>(std::ceil(base.degree * counted));
    if (!base.form || !right_.number) return;
    if (exponent == 1 || exponent == 2 || exponent == 3) {
      result_.value.form = base.form;
      for (int i = 1; i < static_cast<int>(exponent); ++i)
        result_.value.form = product_of(result_.value.form, base.form);
    } else {
      result_.value.form =
          LinearForm::of_atom(atoms_.of("pow" + base.form->text() + std::to_string(exponent)));
    }
  }

  // Both operands as factors: what is left of each is multiplied by the other.
  void join(int degree, double left_factor, double right_factor) {
    result_.value = scaled(left_.value, left_factor);
    merge(result_.value, scaled(right_.value, right_factor));
    result_.value.degree = degree;
    result_.value.form.reset();
  }

  void look_for_loss(double scale) {
    for (const ArithmeticOperand* operand : {&left_, &right_}) {
      for (const auto& [source, before] : operand->value.sources) {
        const auto after = result_.value.sources.find(source);
        const double left = after == result_.value.sources.end() ? 0 : after->second;
        const bool lost = before >= limits_.smallest_factor && !(left >= limits_.smallest_factor);
        if (lost) result_.vanishing = kNothingLeft;
      }
    }
    // A term that comes in both operands is still there, but the one operand may be gone.
    const bool term_lost = right_.is_tensor && !(std::abs(scale) >= limits_.smallest_factor);
    if (term_lost) result_.vanishing = kNothingLeft;
  }

  const ArithmeticOperand& left_;
  const ArithmeticOperand& right_;
  const ArithmeticLimits& limits_;
  Atoms& atoms_;
  ArithmeticResult result_;
};

}  // namespace

ArithmeticResult follow_arithmetic(const std::string& name, const ArithmeticOperand& left,
                                   const ArithmeticOperand& right, std::optional<double> scale,
                                   const ArithmeticLimits& limits, Atoms& atoms) {
  return Follower(left, right, limits, atoms).run(name, scale);
}

}  // namespace strata
