#include "anticheat/rules/known_numbers.h"

#include <cmath>

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::TypeKind;

bool is_whole(const Expression& expression) {
  return expression.type.kind == TypeKind::kInteger || expression.type.kind == TypeKind::kBoolean;
}

std::optional<double> of_one(const std::string& sign, double a) {
  if (sign == "!") return static_cast<double>(a == 0);
  if (sign == "-") return -a;
  if (sign == "+" || sign == "conversion") return a;
  return std::nullopt;
}

std::optional<double> of_two(const std::string& sign, double a, double b, bool whole) {
  if (sign == "&&") return static_cast<double>(a != 0 && b != 0);
  if (sign == "||") return static_cast<double>(a != 0 || b != 0);
  if (sign == "<") return static_cast<double>(a < b);
  if (sign == ">") return static_cast<double>(a > b);
  if (sign == "<=") return static_cast<double>(a <= b);
  if (sign == ">=") return static_cast<double>(a >= b);
  if (sign == "==") return static_cast<double>(a == b);
  if (sign == "!=") return static_cast<double>(a != b);
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (whole && b == 0) return std::nullopt;
  if (sign == "/") return whole ? std::trunc(a / b) : a / b;
  if (sign == "%") return std::fmod(a, b);
  return std::nullopt;
}

std::optional<double> calculate(const KnownNumbers& known, const Expression& expression) {
  const std::string sign = expression.callee.substr(expression.callee.find(' ') + 1);
  if (expression.operands.empty()) return std::nullopt;
  if (sign == "made") {
    const auto found = known.made.find(expression.operands[0].name);
    return found == known.made.end() ? std::nullopt : std::optional(found->second);
  }
  const std::optional<double> a = number_of(known, expression.operands[0]);
  if (expression.operands.size() == 1) return a ? of_one(sign, *a) : std::nullopt;
  const std::optional<double> b = number_of(known, expression.operands[1]);
  // One side may decide alone.
  if (sign == "&&" && ((a && *a == 0) || (b && *b == 0))) return 0;
  if (sign == "||" && ((a && *a != 0) || (b && *b != 0))) return 1;
  if (!a || !b) return std::nullopt;
  return of_two(sign, *a, *b, is_whole(expression.operands[0]) && is_whole(expression.operands[1]));
}

std::optional<double> untyped(const KnownNumbers& known, const Expression& expression) {
  if (expression.value) return expression.value;
  switch (expression.kind) {
    case ExpressionKind::kMember: {
      const auto found = known.settings.find(expression.name);
      return found == known.settings.end() ? std::nullopt : std::optional(found->second);
    }
    case ExpressionKind::kVariable: {
      const auto found = known.variables.find(expression.variable);
      return found == known.variables.end() ? std::nullopt : std::optional(found->second);
    }
    case ExpressionKind::kConditional: {
      const std::optional<double> condition = number_of(known, expression.operands[0]);
      if (!condition) return std::nullopt;
      return number_of(known, expression.operands[*condition != 0 ? 1 : 2]);
    }
    case ExpressionKind::kConstruct:  // a Scalar, or a complex number, of which the size tells
      if (expression.callee == "c10::complex" && expression.operands.size() == 2) {
        const auto real = number_of(known, expression.operands[0]);
        const auto imaginary = number_of(known, expression.operands[1]);
        return real && imaginary ? std::optional(std::hypot(*real, *imaginary)) : std::nullopt;
      }
      if (expression.operands.empty() && expression.callee == "c10::Scalar") return 0;
      [[fallthrough]];
    case ExpressionKind::kList:
      return expression.operands.size() == 1 ? number_of(known, expression.operands[0])
                                             : std::nullopt;
    case ExpressionKind::kCall:
      break;
    default:
      return std::nullopt;
  }
  if (expression.callee.starts_with("builtin ")) return calculate(known, expression);
  if (expression.operands.empty()) return std::nullopt;
  if (expression.callee == "at::Tensor::size" || expression.callee == "at::TensorBase::size")
    return known.each_size;
  if (expression.callee == "std::vector::size") {
    const auto found = known.list_lengths.find(expression.operands[0].name);
    const bool counted = found != known.list_lengths.end() && found->second >= 0;
    return counted ? std::optional<double>(found->second) : std::nullopt;
  }
  if (expression.callee == "std::sqrt" || expression.callee == "sqrt") {
    const std::optional<double> square = number_of(known, expression.operands[0]);
    return square ? std::optional(std::sqrt(*square)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

double as_type(double number, const facts::Type& type) {
  if (type.kind == TypeKind::kBoolean) return static_cast<double>(number != 0);
  return type.kind == TypeKind::kInteger ? std::trunc(number) : number;
}

std::optional<double> number_of(const KnownNumbers& known, const Expression& expression) {
  const std::optional<double> number = untyped(known, expression);
  return number ? std::optional(as_type(*number, expression.type)) : std::nullopt;
}

}  // namespace strata
