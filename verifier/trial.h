#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/trace.h"

// One run of one side, the original's or the refactored one: what it is given and what it gives.

namespace strata {

// What one trial runs on. Both sides make it on their own, from the same seed.
struct TrialData {
  std::vector<at::Tensor> weights;  // by ParameterId; undefined where the part reads none
  std::vector<at::Tensor> inputs;
  std::uint64_t generator_seed = 0;  // of LibTorch's generator, just before the run
};

// The same trial with its inputs in memory of their own, for a run may write to them.
TrialData with_own_inputs(TrialData data);

// One trial's results.
struct TrialResults {
  std::vector<at::Tensor> outputs;
  std::map<std::size_t, at::Tensor>
      changed_inputs;  // by index: inputs that the run wrote, as they were afterwards
  std::map<ParameterId, at::Tensor> changed_weights;  // likewise; buffers, mostly
  // Outputs that are no memory of their own: "output 0 shares memory with input 1", sorted.
  std::vector<std::string> aliases;
};

// The same results where later trials do not write: those that lie in the memory of inputs or
// weights in memory of their own.
TrialResults kept(TrialResults results);

// The first place where two runs' results are not the same bits: "output 0", "what it writes to
// inputs", ...; "" when there is none.
std::string different_place(const TrialResults& first, const TrialResults& second);

// Bytes of weights, each memory once.
std::uint64_t bytes_of(const std::vector<at::Tensor>& weights);

// A weight's name in traces and reports: "transformer.h.0.ln_1.weight", with the slice when there
// is one.
std::string weight_name(const Parameter& parameter);

// What inputs are called on both sides of a proof; weights: traced_weight.
std::vector<TraceInput> input_labels(const std::vector<at::Tensor>& inputs);

// Runs one side of a trial: seeds the generator, finds out what the run writes beside its outputs.
// `places`: parameters that it may write.
TrialResults run_trial(
    const TrialData& data, const std::vector<ParameterId>& places,
    const std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>& forward);

}  // namespace strata
