#include "scripts/commands/peak.h"

#include "kernels_l0/error.h"
#include "scripts/values.h"
#include "verifier/measure_peak.h"

namespace strata {

void add_peak_options(CLI::App& app, PeakOptions& options) {
  auto* flops = app.add_option("--peak-flops", options.flops,
                               "operations per second that the machine can do; gives times")
                    ->check(number_above_zero());
  auto* bandwidth = app.add_option("--bandwidth", options.bandwidth,
                                   "bytes per second that it can move; goes with --peak-flops")
                        ->check(number_above_zero());
  app.add_flag("--measure-peak", options.measure,
               "measure both on this machine: a product of fp32 matrices and a copy")
      ->excludes(flops)
      ->excludes(bandwidth);
}

std::optional<Peak> peak_of(const PeakOptions& options) {
  if (options.measure) return measure_peak();
  if ((options.flops > 0) != (options.bandwidth > 0)) {
    throw Error("peak.incomplete",
                "--peak-flops and --bandwidth: a time follows from both; got one; give the other");
  }
  if (options.flops > 0) return Peak{options.flops, options.bandwidth};
  return std::nullopt;
}

}  // namespace strata
