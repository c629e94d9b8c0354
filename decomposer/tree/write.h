#pragma once

#include <string>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// decomposition_tree.json: the whole tree, and the archive it was made from, as
// docs/output_folder.md describes it. read_tree gives the same Tree back. Nodes and values of the
// graph are named, not numbered.
std::string tree_text(const Graph& normalised, const Tree& tree);

}  // namespace strata
