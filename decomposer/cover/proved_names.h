#pragma once

#include <optional>

#include "decomposer/cover/island_names.h"

namespace strata {

// The name of what a region without float activations makes, from the elements of its only result:
// full_mask, padding_mask, causal_mask, past_mask, sliding_window_mask, shifted_window_mask,
// block_mask, position_ids, relative_positions, relative_position_bucket, alibi, full.
//
// The elements are computed for several contents of the program's inputs. The last two dimensions
// are looked at whole up to 16 elements; of larger ones the first, middle and last five. Of leading
// dimensions the first two and the last count. nullopt when they can't be computed or fit no name.
std::optional<IslandName> proved_name(const Draft& draft, ValueId result);

}  // namespace strata
