#pragma once

#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A rule that a Tree breaks. The rules are numbered in well_formed.cpp.
struct TreeViolation {
  std::string rule;     // "T4"
  std::string subject;  // a component's name, or an instance's path
  std::string message;
};

// All rules that the tree alone can break.
std::vector<TreeViolation> violations_of(const Tree& tree);
// Those, and the rules about the graph that it was made from: who owns each node, shapes, weights.
std::vector<TreeViolation> violations_of(const Tree& tree, const Graph& normalised);

// Throws Error{"tree.malformed"} that names the first violation and counts the rest; returns when
// there is none.
void require_well_formed(const Tree& tree, const Graph& normalised);

}  // namespace strata
