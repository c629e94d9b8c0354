#pragma once

#include <string>
#include <vector>

#include "decomposer/cover/rules.h"

namespace strata {

struct IslandName {
  std::string operation;
  std::string description;
};

// "frozen_batch_norm2d" of "transformers.models.detr.modeling_detr.FrozenBatchNorm2d".
std::string class_operation(const std::string& class_name);

// Names a region that depends on no float activation. What its elements show comes first (see
// proved_names.h: position_ids, causal_mask), then what its operators prove (rope_table), then the
// catalogue and the operators themselves.
IslandName island_name(const Draft& draft, const std::vector<NodeId>& nodes,
                       const PatternIndex& patterns);

}  // namespace strata
