#pragma once

#include <string>

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A model of `layers` equal residual layers (norm, linear, relu, linear, add) and a head, in the
// text form of graphs.
std::string residual_stack(int layers);

// A graph with its cover and tree.
struct Parted {
  Graph graph;
  Cover cover;
  Tree tree;
};
// Reads, covers and takes apart; fails the test when the tree breaks an invariant.
Parted parted(const std::string& text);

// The component of this operation; fails the test and returns the root when there is none.
const Component& component_called(const Tree& tree, const std::string& operation);
// How many components have this operation.
int count_called(const Tree& tree, const std::string& operation);

}  // namespace strata
