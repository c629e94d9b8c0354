#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verifier/runner.h"

namespace strata {

// Whether a job's second stage, which compares, found a proof and numbers that disagree. The third
// is then to tell whose mistake that is.
bool is_contradicted(const std::vector<Outcome>& outcomes);

// Whether a component that is proved ran in a probe what it ran in its first trial, or on a path of
// it, or the original did not either. `trials`, `probe`: of judge_run and further_judge.
bool ran_the_same(const nlohmann::json& trials, const nlohmann::json& probe);

// The probes, by name, whose numbers differ although what ran is proved. `further`: of
// further_judge.
std::vector<std::string> contradicting_probes(const nlohmann::json& trials,
                                              const nlohmann::json& further);

}  // namespace strata
