#pragma once

#include <set>
#include <string>

namespace strata {

// How tightly the outermost operator of a C++ expression binds, loosest first.
enum class Binding { kSum, kProduct, kUnary, kPostfix };

// A C++ expression without side effects, that may be used where its value is read for the first and
// only time.
struct Expression {
  std::string text;
  Binding binding = Binding::kPostfix;
  // What a reader has to take in: a child's forward counts 2, an ATen function 1, an operator or a
  // step of plumbing 0.5.
  double weight = 0;
  std::set<std::string> reads;  // the local variables it names
};

// The text, in parentheses unless it binds at least as tightly as `least`.
std::string bound(const Expression& expression, Binding least);

}  // namespace strata
