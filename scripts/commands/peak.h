#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "decomposer/cost/roofline.h"

namespace strata {

// The figures from which times follow.
struct PeakOptions {
  double flops = 0;
  double bandwidth = 0;
  bool measure = false;
};

void add_peak_options(CLI::App& app, PeakOptions& options);
// What was given or, when asked for, measured on this machine; nullopt for neither. Throws
// Error{"peak.incomplete"} for one figure without the other.
std::optional<Peak> peak_of(const PeakOptions& options);

}  // namespace strata
