#pragma once

#include <map>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// A component with everything in it written out: one straight line of ATen calls on its own inputs
// and parameters.
struct FlatComponent {
  Component component;
  // For every parameter of `component`, where the members are that hold it in the original tree:
  // "h_0.ln_1.weight". Tied weights are one parameter with several places.
  std::vector<std::vector<std::string>> places;
};

// Writes out `id`. Weights that are one and the same in every instance of it are one parameter.
FlatComponent flat_component(const Tree& tree, ComponentId id);

}  // namespace strata
