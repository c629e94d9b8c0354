#pragma once

#include <string>
#include <vector>

#include "decomposer/cover/draft.h"

namespace strata {

struct IslandName {
  std::string operation;
  std::string description;
};

// Names a region that depends on no float activation by what it computes: position_ids,
// causal_mask, rope_table.
IslandName island_name(const Draft& draft, const std::vector<NodeId>& nodes);

}  // namespace strata
