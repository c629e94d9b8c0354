#pragma once

#include <string>

#include "decomposer/emit/flat.h"
#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// decomposition_log.json: each decision and why, and every node that normalisation dropped.
std::string log_text(const Graph& loaded, const Graph& normalised, const Tree& tree);
// weight_map.json of a step: from original names to the members of the component, for each of its
// instances, and from the flat original's members to them.
std::string weight_map_text(const Graph& normalised, const Tree& tree, ComponentId id,
                            const FlatComponent& flat);

}  // namespace strata
