#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// What is different between two components, a line each: "level 1 -> 2", "input x: 4 fp32 -> 8
// fp32", "operator aten::gelu: 1 -> 0", "child mlp: a -> b". Where they differ in wiring or
// attributes alone, one line says so.
std::vector<std::string> component_changes(const Tree& old_tree, const Component& before,
                                           const Tree& new_tree, const Component& after);

// "1x16x64 bf16"
std::string shape_text(const Local& local);

}  // namespace strata
