#pragma once

#include "decomposer/cover/cover.h"

namespace strata {

// Throws Error{"cover.C1"} to Error{"cover.C6"} for the first invariant that the cover of this
// graph breaks:
//   C1  kernel_of and the kernels' nodes say the same, and no node is in two kernels
//   C2  every compute and every constant node is in a kernel
//   C3  no node outside of kernels reads a parameter
//   C4  kernels are convex: with each kernel taken as one, data and effects run in no circle
//   C5  every kernel makes something that is read outside or returned, or writes in place
//   C6  a kernel's operands are read in it and made outside
void check_well_formed(const Graph& graph, const Cover& cover);

}  // namespace strata
