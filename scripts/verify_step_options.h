#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "verifier/verify_step.h"

namespace strata {

// The command line of verify_step, as it was given.
struct VerifyStepCommand {
  VerifyStepOptions step;
  std::filesystem::path output;
  std::filesystem::path replay;
  std::string arbiter;
  double rtol = 0;
  double atol = 0;
  int time_limit = 300;
  bool json = false;
};

inline constexpr char kVerifyStepPurpose[] = "Judges a refactored component against its original.";
inline constexpr char kVerifyStepName[] = "verify_step";

void add_options(CLI::App& app, VerifyStepCommand& command);

}  // namespace strata
