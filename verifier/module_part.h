#pragma once

#include <string>

#include "decomposer/graph/graph.h"
#include "verifier/executor.h"

namespace strata {

// The part of a program that one module of it computes, by the module's path ("" is the whole), in
// its first call. Inputs are the tensors it reads from outside in the order of first use, outputs
// those that are read outside, in the order they are made; of the whole, the program's own results
// in their order, less constants. Throws Error{"original.module"} when nothing
// was computed in a module of that path; it lists the nearest.
GraphPart module_part(const Graph& graph, const std::string& path);

}  // namespace strata
