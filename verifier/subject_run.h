#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/conditions.h"
#include "verifier/descriptor.h"
#include "verifier/trace.h"
#include "verifier/weight_map.h"

// The refactored side: what runs in a process of its own, and how its results come back.

namespace strata {

// What one trial runs on. Both sides make it on their own, from the same seed.
struct TrialData {
  std::vector<at::Tensor> weights;  // by ParameterId; undefined where the part reads none
  std::vector<at::Tensor> inputs;
  std::uint64_t generator_seed = 0;  // of LibTorch's generator, just before the run
};

struct SubjectRun {
  std::filesystem::path library;
  std::string component;
  const Graph* graph = nullptr;     // whose parameters the weight map names
  std::vector<WeightLine> lines;    // the weight map
  std::vector<ParameterId> needed;  // the weights that the original reads
  Conditions conditions;
  std::size_t trials = 0;
  std::function<TrialData(std::size_t)> trial;
  int results = -1;  // the anonymous file that takes the output tensors
};

// One trial's results.
struct TrialResults {
  std::vector<at::Tensor> outputs;
  std::map<std::size_t, at::Tensor>
      changed_inputs;  // by index: inputs that the run wrote, as they were afterwards
  std::map<ParameterId, at::Tensor> changed_weights;  // likewise; buffers, mostly
};

struct SubjectResults {
  std::vector<TrialResults> trials;
  Trace trace;    // of the first trial
  WeightMap map;  // as used
};

// Loads the component, gives it its weights and runs every trial. What the component throws passes
// through.
nlohmann::json run_subject(const SubjectRun& run);

// Reads what run_subject returned and stored, in another process. The document may come from a
// component that took over its process: throws Error{"runner.tensor"} for anything else than
// run_subject writes.
SubjectResults read_subject(const nlohmann::json& document, const PrivateMapping& results);

// The weights of one trial by member. Throws Error{"step.weight"} for a member whose weight the
// original does not read.
std::map<std::string, at::Tensor> weights_by_member(const SubjectRun& run, const WeightMap& map,
                                                    const TrialData& data);

// One trial's results on their way to another process: the tensors in the anonymous file, the rest
// as JSON. read_trial throws Error{"runner.tensor"} or a JSON exception for anything else than
// store_trial writes.
nlohmann::json store_trial(int file, const TrialResults& results);
TrialResults read_trial(const nlohmann::json& document, const PrivateMapping& mapping);

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
