#pragma once

#include <functional>

#include "decomposer/emit/expression.h"
#include "decomposer/tree/tree.h"

namespace strata {

// How an operand is written: a variable, or a whole expression that nothing else reads.
using OperandText = std::function<Expression(ValueRef)>;

// One ATen call as a person writes it: `a + b`, `x.view({1, 64, 768})`, `at::layer_norm(x, {768},
// weight, bias, 1e-05)`. It reaches the same operator of the dispatcher with the same arguments,
// but for what `canonical_call` undoes. Throws Error{"emit.operator"} for operators that ATen's C++
// interface does not have.
Expression call_expression(const OperatorCall& call, const OperandText& operand);

// True when calls must keep their order: the operator writes to a tensor or draws random numbers.
bool is_ordered(const OperatorCall& call);

// True when all results come in one std::vector: `split`, `unbind`.
bool returns_list(const OperatorSchema& op);

}  // namespace strata
