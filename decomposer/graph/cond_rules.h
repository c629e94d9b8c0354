#pragma once

#include <vector>

#include "decomposer/graph/well_formed.h"

namespace strata {

// Rule G15. Every id of the graph must be good (rule G1).
void check_conds(const Graph& graph, std::vector<GraphViolation>& found);

}  // namespace strata
