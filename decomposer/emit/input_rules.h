#pragma once

#include <optional>
#include <vector>

#include "decomposer/emit/component_file.h"
#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Where the integers of a model's sample input lie.
struct IntegerRange {
  std::int64_t lowest = 0;
  std::int64_t highest = 1;
};

// How the inputs of each component are made for its test, per component and input. Integers stay
// below the rows of the tables that they index, wherever that happens; else in the range of the
// sample input they are (one entry per graph input; may be empty); else they are 0 or 1. Masks made
// by a kernel start as zeros: nothing is masked.
std::vector<std::vector<InputRule>> input_rules(
    const Graph& normalised, const Tree& tree,
    const std::vector<std::optional<IntegerRange>>& sample_ranges);

}  // namespace strata
