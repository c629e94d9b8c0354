#pragma once

#include <memory>

#include "decomposer/schema/operator_schema.h"

namespace strata {

// For an operator that writes its one result into a tensor that it is given as its last argument,
// `div.out`: the one that makes a result of its own, `div.Tensor`. Null for all others.
std::shared_ptr<const OperatorSchema> without_out(const OperatorSchema& op);

}  // namespace strata
