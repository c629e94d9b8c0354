#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verifier/checksums.h"
#include "verifier/step.h"

namespace strata {

// Runs the composed tree and then the normalised original on the model's own weights and captured
// inputs, and takes the checksum of whatever an operator call makes. `threads`: 0 for those of the
// judged conditions. What the composed side says of its inner values is its own word; its outputs'
// sums are taken by the other process.
Job checksum_job(std::shared_ptr<const Judged> judged, std::vector<WeightLine> lines, int threads,
                 std::string name);

// From the job's outcomes; nullopt when the composed run crashed. One that threw is told as far as
// it came. Throws Error when the original could not run.
std::optional<Checksums> read_checksum_run(const Judged& judged,
                                           const std::vector<Outcome>& outcomes);

}  // namespace strata
