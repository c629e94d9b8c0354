#pragma once

#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// The locals that a statement reads, in the order of its arguments, repeats included.
std::vector<LocalId> read_by(const OperatorCall& call);
std::vector<LocalId> read_by(const Statement& statement);
// The locals that it makes; kNone for results that have none.
const std::vector<LocalId>& made_by(const Statement& statement);

}  // namespace strata
