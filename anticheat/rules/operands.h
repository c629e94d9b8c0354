#pragma once

#include "anticheat/rules/rule.h"

namespace strata {

// True for x[...], x.index(...), x.select(...).
bool is_index(const RuleContext& context, const facts::Expression& call);
// What is wrong with the operands of plumbing or arithmetic; "" when nothing is, or when it is
// neither.
std::string operand_problem(const RuleContext& context, const facts::Expression& call);

}  // namespace strata
