#pragma once

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Takes a normalised and covered graph apart into the tree of components: the model (level 3),
// layers (2), fusions (1) and kernels (0). Every node of the graph ends up in exactly one instance.
// The stages, one file each:
//   virtual      items of lists of lists get frames
//   fold         the author's frames become levels
//   periods      what repeats in code without frames becomes layers
//   fuse         straight lines of kernels that no frame holds become fusions
//   repair       what is not convex gives way
//   form         each region is spelled out in a canonical way and hashed
//   assemble     equal regions become one component; ports, bodies, instances
//   name         members, locals, components
// The same graph gives the same tree, byte for byte. Throws Error{"partition...."} for graphs that
// can't be taken apart.
Tree partition(const Graph& normalised, const Cover& cover);

}  // namespace strata
