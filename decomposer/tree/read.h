#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// What decomposition_tree.json says about the model beside the tree.
struct TreeMetadata {
  std::string model;
  std::filesystem::path archive;
  std::string archive_digest;
};

// A weight's original name, and the part of it that is meant ("" for the whole).
struct WeightName {
  std::string name;
  std::string slice;
  friend auto operator<=>(const WeightName&, const WeightName&) = default;
};

struct TreeDocument {
  TreeMetadata metadata;
  Tree tree;
  std::vector<std::vector<WeightName>> weights;  // per instance, one per parameter
};

// Reads decomposition_tree.json of an output folder. Without the graph, instances have no values,
// nodes and weights. Throws Error{"tree.missing"} when there is no such file, Error{"tree.json"}
// with the JSON Pointer of what is wrong in it, Error{"tree.malformed"} for a tree that breaks an
// invariant.
TreeDocument read_tree(const std::filesystem::path& folder);

// With the graph that the archive gives: the very Tree that was written. Also throws
// Error{"tree.archive"} when the archive is another than the one that was decomposed.
TreeDocument read_tree(const std::filesystem::path& folder, const Graph& normalised);

}  // namespace strata
