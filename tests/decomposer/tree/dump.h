#pragma once

#include <string>

#include "decomposer/tree/tree.h"

namespace strata {

// A tree as text, one line per child: level, name, ports; each component's inside once. For tests
// and their messages.
std::string dump(const Tree& tree);
// One component's body, one statement per line: `q = query(x)`, `q = view(q)`.
std::string dump_body(const Tree& tree, const Component& component);

}  // namespace strata
