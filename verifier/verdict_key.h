#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/verify.h"
#include "verifier/verify_plan.h"

namespace strata {

// All that a verdict rests on, by digest: this program and the scanner, LibTorch and the machine,
// the archive with its weights' CRCs, the record, the tree, the component's file and all below it,
// the step's weight map, the conditions and the number of trials. Not the seeds: what a verdict may
// claim is said in docs/verification.md. First the composition's, then one for each planned step.
// Throws Error{"verify.read"} for a file that can't be read.
std::vector<nlohmann::json> verdict_keys(const VerifyOptions& options, const Plan& plan);

}  // namespace strata
