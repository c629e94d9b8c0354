#pragma once

#include <optional>
#include <vector>

#include "decomposer/emit/input_rules.h"
#include "decomposer/graph/graph.h"

namespace strata {

// Where the integers of the archive's sample inputs lie, one entry per input; nothing for inputs of
// other types, and for all when the archive holds no sample inputs.
std::vector<std::optional<IntegerRange>> sample_ranges(const Graph& graph);

}  // namespace strata
