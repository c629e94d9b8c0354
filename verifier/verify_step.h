#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "anticheat/client.h"
#include "verifier/report.h"

namespace strata {

struct VerifyStepOptions {
  std::string original;  // a component file, "model.pt2", or "model.pt2:module.path"
  std::filesystem::path
      refactored;  // a component file; its children are found through its includes
  std::filesystem::path weight_map;  // "": made by name and structure
  std::optional<double> rtol;        // "": the guide's, by dtype
  std::optional<double> atol;
  int seeds = 3;  // at least 3
  std::chrono::seconds time_limit{300};
  ScanSettings scan;
};

struct StepVerification {
  Judgement judgement;
  nlohmann::json report;  // "verification_result/1"
};

// Judges one refactoring: scans and compiles it, gives both sides the same weights, compares on
// several seeds, and tries to prove both the same. Throws Error where it can't judge.
StepVerification verify_step(const VerifyStepOptions& options);

}  // namespace strata
