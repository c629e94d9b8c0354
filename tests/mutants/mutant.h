#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

// Wrong variants of emitted components, made from the tree alone: no model is known by name.

namespace strata {

// One wrong variant of one component.
struct Mutant {
  ComponentId component = kNone;
  std::string kind;  // "dropped_residual", "other_axis", ...
  std::string id;    // stable: "<component>/<kind>/<place>", unique within a model
  std::string what;  // for people
  Component changed;
  bool stale_cache = false;  // keeps its first result; done in the text
};

// All mutants of a component whose texts differ from its own and from each other, in a fixed order.
// Locals of `changed` have names of their own, so that the text says what the body says.
std::vector<Mutant> mutants_of(const Tree& tree, ComponentId component);

// The component with a name of its own for every local.
Component with_own_names(const Component& component);

}  // namespace strata
