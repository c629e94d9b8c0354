#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// The attributes that tell a kernel from others of the same operation and shapes, as parts of a
// name: `dim1`, `stride2`, `eps1em6`. Left out are defaults, what the shapes say already, and the
// constants that make a semantic kernel what it is.
std::vector<std::string> attributes_of(const Component& kernel);

}  // namespace strata
