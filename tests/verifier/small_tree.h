#pragma once

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A program of four nodes and its tree, for tests that need no archive:
//   %d = dropout(%x); %y = linear(%d, @w); %r = relu(%y); %z = add(%x, %r)
// Normalisation removed the dropout; the root owns the addition, two kernels the rest.
struct SmallTree {
  Graph loaded;
  Graph normalised;
  Tree tree;
};
SmallTree small_tree();

}  // namespace strata
