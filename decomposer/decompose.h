#pragma once

#include <filesystem>
#include <functional>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A program, as loaded and as taken apart.
struct Decomposition {
  Graph loaded;
  Graph normalised;
  Tree tree;
};

// The stages from a normalised program to its tree, which is well formed. `between_stages` may
// throw to stop. Throws Error for what can't be taken apart.
Tree take_apart(const Graph& normalised, const std::function<void()>& between_stages = {});

// All stages from the archive to the tree, with the well-formedness of each one's result checked.
// `between_stages` may throw to stop. Throws Error for what can't be loaded or taken apart.
Decomposition decompose(const std::filesystem::path& archive,
                        const std::function<void()>& between_stages = {});

}  // namespace strata
