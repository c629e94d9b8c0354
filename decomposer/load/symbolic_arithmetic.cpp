#include "decomposer/load/symbolic_arithmetic.h"

#include <compare>

namespace strata {
namespace {

std::optional<double> as_real(const Argument& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? 1.0 : 0.0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

// nullopt for values that are no numbers. Two integers compare exactly.
std::optional<std::partial_ordering> compare(const Argument& a, const Argument& b) {
  const auto* left = std::get_if<std::int64_t>(&a);
  const auto* right = std::get_if<std::int64_t>(&b);
  if (left != nullptr && right != nullptr) return std::partial_ordering(*left <=> *right);
  const std::optional<double> x = as_real(a);
  const std::optional<double> y = as_real(b);
  if (!x || !y) return std::nullopt;
  return *x <=> *y;
}

std::optional<Argument> evaluate_pair(std::string_view name, const Argument& a, const Argument& b) {
  const auto order = compare(a, b);
  if (!order) return std::nullopt;
  if (name == "eq") return *order == 0;
  if (name == "ne") return *order != 0;
  if (name == "lt") return *order < 0;
  if (name == "le") return *order <= 0;
  if (name == "gt") return *order > 0;
  if (name == "ge") return *order >= 0;
  if (name == "sym_min") return *order <= 0 ? a : b;
  if (name == "sym_max") return *order >= 0 ? a : b;
  const auto* left = std::get_if<bool>(&a);
  const auto* right = std::get_if<bool>(&b);
  if (left == nullptr || right == nullptr) return std::nullopt;
  if (name == "and_") return *left && *right;
  if (name == "or_") return *left || *right;
  return std::nullopt;
}

}  // namespace

std::optional<Argument> evaluate_symbolic(std::string_view target,
                                          const std::vector<Argument>& operands) {
  const std::size_t dot = target.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view home = target.substr(0, dot);
  const std::string_view name = target.substr(dot + 1);
  if (home != "_operator" && home != "torch") return std::nullopt;
  if (operands.size() == 2) return evaluate_pair(name, operands[0], operands[1]);
  const auto* truth = operands.empty() ? nullptr : std::get_if<bool>(&operands[0]);
  if (truth == nullptr) return std::nullopt;
  if (operands.size() == 1 && (name == "not_" || name == "sym_not")) return !*truth;
  if (operands.size() == 3 && name == "sym_ite" && as_real(operands[1]) && as_real(operands[2])) {
    return *truth ? operands[1] : operands[2];
  }
  return std::nullopt;
}

}  // namespace strata
