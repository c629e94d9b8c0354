#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decomposer/cover/draft.h"

namespace strata {

// A pattern of the catalogue (its notation stands in kernels_l0/kernel.h), read.
struct Pattern {
  enum class Kind { kTensor, kParameter, kNumber, kLiteral, kText, kOperator, kList, kAnything };
  Kind kind = Kind::kAnything;
  std::vector<std::string> operators;  // kOperator: any of these names
  bool optional = false;               // to?(e): the operator or nothing
  bool through_plumbing = false;       // ~view(e): any chain of single-operand plumbing, then e
  std::vector<Pattern> operands;       // kOperator: leading arguments; kList: all elements
  std::string name;   // kTensor, kParameter, kNumber: the name after the sign; kText: the text
  double number = 0;  // kLiteral
};

// Throws Error{"pattern.syntax"} with the text and the place.
Pattern read_pattern(std::string_view text);
// Names of the operators that can make the value which the pattern matches.
std::vector<std::string> root_operators(const Pattern& pattern);

struct Match {
  std::vector<NodeId> nodes;  // ascending
  std::vector<std::pair<std::string, ValueId>>
      values;  // what %x and @w stand for, in order of first use
};

// Tries all ways in which free nodes match the pattern with `root` as the last operator, until one
// is accepted.
bool find_match(const Draft& draft, const Pattern& pattern, NodeId root,
                const std::function<bool(const Match&)>& accept);

}  // namespace strata
