#pragma once

#include "decomposer/graph/graph.h"
#include "decomposer/load/archive_weights.h"
#include "decomposer/load/program.h"

namespace strata {

// Turns a program as the archive says it into a Graph: operators resolved in the dispatcher,
// arguments in the schema's order with defaults filled in, frames, bodies of no_grad and autocast
// blocks inlined, symbolic numbers specialised to their hints. Leaves Graph::archive and
// archive_digest empty.
Graph build_graph(const Program& program, ArchiveWeights& weights, std::string name);

}  // namespace strata
