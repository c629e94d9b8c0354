#pragma once

#include <functional>
#include <string>
#include <vector>

#include "verifier/forward_frames.h"
#include "verifier/trial.h"

namespace strata {

// A parent's call of a child in which operators ran.
struct CalledChild {
  int number = 0;         // in the order of the run, from 0
  std::string component;  // "relu_2x4_fp32"
  bool operator==(const CalledChild&) const = default;
};

using Forward = std::function<std::vector<at::Tensor>()>;
// Runs one trial anew, from its own inputs, weights and seed; its forward goes through `around`.
using RunAround = std::function<TrialResults(
    const std::function<std::vector<at::Tensor>(const Forward& forward)>& around)>;

struct IdleChildren {
  int asked = 0;                  // calls that were asked
  std::vector<CalledChild> idle;  // those whose results make no difference
};

// Each child's results are replaced by others, one call after the other, and the trial's results
// must change: a child that is called for show makes no difference, however its results are cut
// away. Noise, NaN and zeros are tried, for a result that is multiplied by zero or compared may
// hide one of them. A run that throws with them has noticed. A child that only gives views of what
// it was given is not asked. Calls of one place in the parent with nothing between them are one; at
// most 64 are asked, all when `only` is empty, else those with these numbers.
IdleChildren idle_children(ForwardFrames frames, const RunAround& run,
                           const std::vector<CalledChild>& only = {});

}  // namespace strata
