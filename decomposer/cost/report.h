#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/cost/cost.h"
#include "decomposer/cost/roofline.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A model's cost, told to people and programs. docs/cost.md has the formats.
struct CostReport {
  std::string model;
  TreeCost cost;
  std::optional<Peak> peak;       // gives times and bounds
  std::vector<Count> llm_viewer;  // one per instance, or none: the compatibility column
};

nlohmann::ordered_json cost_json(const Tree& tree, const CostReport& report);
// One line per component.
std::string cost_csv(const Tree& tree, const CostReport& report);
std::string cost_text(const Tree& tree, const CostReport& report);

}  // namespace strata
