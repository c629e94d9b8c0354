#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/subject_run.h"

namespace strata {

// Inputs and weights that random numbers hardly ever give, and that tell wrong components from
// right ones: measured on 50 mutants of a GPT-2 block, weights drawn anew find 43, probes beside
// them 48.
enum class Probe : std::uint8_t {
  kTies,           // floats rounded to integers, integers all alike: ties for sort, topk, max
  kPadding,        // the last half of every sequence is zeros, least numbers, or masked
  kMaskedRow,      // the first row of every mask masks everything
  kLarge,          // floats times 1024 (half precision: 32): overflow, softmax without its maximum
  kTiny,           // floats divided by 2^20 (half precision: 32): underflow, another epsilon
  kMagnitudes,     // every float times a power of two of its own, from 2^-30 to 2^30 (half
                   // precision: 2^-4 to 2^4): what is right up to some number only
  kNan,            // one NaN in every float
  kInfinity,       // one infinity in every float
  kMinusInfinity,  // one negative infinity
  kGains,  // scales and shifts, of norms say, times 64: behind a norm inputs are never large
};
inline constexpr Probe kProbes[] = {
    Probe::kTies,       Probe::kPadding, Probe::kMaskedRow, Probe::kLarge,         Probe::kTiny,
    Probe::kMagnitudes, Probe::kNan,     Probe::kInfinity,  Probe::kMinusInfinity, Probe::kGains};

std::string_view probe_name(Probe probe);  // "ties", "padding", "masked row", ...

// True for probes that move numbers away from unit scale: rounding errors grow with them, so their
// tolerances do (judge_further).
bool is_scaled(Probe probe);

// The probe's inputs, made from a trial's drawn ones, which stay as they are. `samples`: the same
// inputs as captured, which are the masks of large numbers, for a drawn mask leaves some large one
// in every row, and which tell masks from other tensors: bools, integers of zeros and ones, and
// floats of zeros and one number of at most -1e4, or of zeros alone. Empty when the probe would
// change nothing.
std::vector<at::Tensor> probe_inputs(Probe probe, const std::vector<at::Tensor>& drawn,
                                     const std::vector<at::Tensor>& samples);

// The weights that the probe changes, each in memory of its own; the others are undefined. `graph`
// tells which are scales and shifts (weight_roles). Empty when it would change none.
std::vector<at::Tensor> probe_weights(Probe probe, const Graph& graph,
                                      const std::vector<at::Tensor>& drawn);

// A trial with the probe's inputs and weights, its inputs in memory of their own; nullopt when it
// would be the drawn one.
std::optional<TrialData> probe_trial(Probe probe, const Graph& graph, const TrialData& drawn,
                                     const std::vector<at::Tensor>& samples);

}  // namespace strata
