#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/client.h"
#include "verifier/report.h"
#include "verifier/sandbox/isolation.h"
#include "verifier/weight_map.h"

namespace strata {

// Only a part of a verification, as a counterexample asks for it.
struct StepSelection {
  std::optional<std::size_t> trial;  // by index; nullopt: all of them
  std::vector<std::string> probes;   // by name
  std::filesystem::path
      inputs;  // safetensors that stand in for the trial's inputs; "": drawn again
};

struct VerifyStepOptions {
  // a component file, "model.pt2", "model.pt2:module.path", or "folder:step" of a decomposed one
  std::string original;
  std::filesystem::path
      refactored;  // a component file; its children are found through its includes
  // Files of the refactored component, it or kernels below it, that are raw code: judged by what
  // they compute, and never proved.
  std::vector<std::filesystem::path> user_kernels;
  std::filesystem::path weight_map;  // "": made by name and structure
  std::optional<double> rtol;        // "": the guide's, by dtype
  std::optional<double> atol;
  int seeds = 3;                         // trials, at least 3
  std::vector<std::uint64_t> seed_list;  // of the trials after the first; empty: drawn
  std::string device = "cpu";
  bool arbiter = false;       // the fp64 arbiter also accepts what is outside a tolerance
  bool gradients = false;     // compare those of all inputs and parameters, too
  bool always_probe = false;  // else only where the step is not proved
  std::filesystem::path counterexample;  // a folder, written on a fail; "": none
  std::chrono::seconds time_limit{300};
  Isolation isolation = isolation_here();
  ScanSettings scan;
  std::vector<WeightLine> weight_lines;  // instead of `weight_map`, when not empty
  std::string archive_digest;            // that the original's archive must have; "": any
  std::optional<StepSelection> selection;
};

struct StepVerification {
  Judgement judgement;
  nlohmann::json report;  // "verification_result/1": verification_result.schema.json
};

// Judges one refactoring: scans and compiles it, gives both sides the same weights, compares on
// several seeds, tries to prove both the same, and probes what is not proved. Throws Error where it
// can't judge.
StepVerification verify_step(const VerifyStepOptions& options);

}  // namespace strata
