#pragma once

#include <filesystem>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A program, as loaded and as taken apart.
struct Decomposition {
  Graph loaded;
  Graph normalised;
  Tree tree;
};

// Loads the archive and takes it apart, with the well-formedness of each stage checked. Throws
// Error.
Decomposition decompose_archive(const std::filesystem::path& archive);

}  // namespace strata
