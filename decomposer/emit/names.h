#pragma once

#include <string>
#include <vector>

#include "decomposer/emit/members.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A C++ name for every local of a component. Names come from Local::name; a value that replaces
// another keeps its name
// (`x = x + ...`). No two values that are needed at the same time share one, and none hides a
// member.
std::vector<std::string> names_of_locals(const Component& component, const Members& members);

}  // namespace strata
