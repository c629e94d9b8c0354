#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/cost/cost.h"
#include "decomposer/decompose.h"
#include "decomposer/tree/read.h"
#include "decomposer/tree/tree.h"

namespace strata {

// One of two decompositions.
struct DiffSide {
  std::string from;  // the folder or archive, for people
  Tree tree;
  std::vector<std::vector<WeightName>> weights;  // per instance, one per parameter
  TreeCost cost;
};

DiffSide side_of(const std::string& from, TreeDocument document,
                 const std::vector<Kernel>& catalogue);
DiffSide side_of(const std::string& from, Decomposition parts,
                 const std::vector<Kernel>& catalogue);

// A place that holds another component than before, together with all places of the same change.
struct ChangedComponent {
  std::string path;  // of the first place; "" is the model
  std::int64_t places = 0;
  std::string before;  // names
  std::string after;
  std::vector<std::string> changes;  // "input x: 1x16x64 bf16 -> 1x32x64 bf16"
};

// A component that only one side has at some place, or that the sides use differently often.
struct CountChange {
  std::string name;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

struct WeightChange {
  std::string name;
  std::string before;  // "768x768 fp32"; "" where it is not there
  std::string after;
};

struct TreeDiff {
  std::vector<ChangedComponent> changed;  // parents first
  std::vector<CountChange> counts;        // kernels by name
  std::vector<WeightChange> weights;
  Cost before;
  Cost after;

  bool same() const { return changed.empty() && counts.empty() && weights.empty(); }
};

// What is different: structure (operators, attributes, shapes, dtypes, wiring), how often kernels
// are used, and the weights' names. Weights' values are not looked at. Instances are matched by
// their path.
TreeDiff diff(const DiffSide& before, const DiffSide& after);

std::string diff_text(const DiffSide& before, const DiffSide& after, const TreeDiff& found);
nlohmann::ordered_json diff_json(const DiffSide& before, const DiffSide& after,
                                 const TreeDiff& found);

}  // namespace strata
