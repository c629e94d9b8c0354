#pragma once

#include <cstddef>
#include <string>

#include "decomposer/tree/tree.h"

namespace strata {

// The tree for a terminal, in plain text. A component stands below every parent that uses it, with
// the names it has there and, where it first appears, with how many instances it has in the whole
// tree, its inputs and outputs, and what is below it. A parent's own plumbing and arithmetic stand
// after a plus. Lines are cut at `width` columns; 0: never.
std::string show_tree(const Tree& tree, std::size_t width = 0);

// One component: where it comes from, inputs, outputs, parameters, children, forward as it is
// emitted, instances.
std::string show_component(const Tree& tree, ComponentId component, std::size_t width = 0);

}  // namespace strata
