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
#include "verifier/runner.h"
#include "verifier/sandbox/isolation.h"
#include "verifier/trace.h"
#include "verifier/weight_map.h"

// The refactored side: what runs in a process of its own, and how its results come back.

namespace strata {

class Subject;

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
  std::function<TrialData(std::size_t)> trial;  // may be asked for one trial several times
  int results = -1;                             // the anonymous file that takes the output tensors
  Isolation isolation;                          // of the process that this runs in
  std::filesystem::path archive;                // that `trial` reads; "": none
  Limits limits;                                // as its parent has them
  HandOver hand_over;
};

// One trial's results.
struct TrialResults {
  std::vector<at::Tensor> outputs;
  std::map<std::size_t, at::Tensor>
      changed_inputs;  // by index: inputs that the run wrote, as they were afterwards
  std::map<ParameterId, at::Tensor> changed_weights;  // likewise; buffers, mostly
  // Outputs that are no memory of their own: "output 0 shares memory with input 1", sorted.
  std::vector<std::string> aliases;
};

struct SubjectResults {
  std::vector<TrialResults> trials;
  Trace trace;               // of the first trial
  std::vector<Trace> paths;  // on it, by every series of decisions, from record_paths; empty when
                             // it takes none
  WeightMap map;             // as used
  // By call: whether the same operations ran as in the first, or on one of the paths. What is
  // proved of the first holds for the others only then.
  std::vector<bool> same_operations;
  // What speaks against the component whatever its results are: "the first trial, repeated after
  // the others, gives other bits: output 0".
  std::vector<std::string> faults;
};

// Bytes of weights, each memory once.
std::uint64_t bytes_of(const std::vector<at::Tensor>& weights);

// Confines this process (verifier/sandbox) before a component is loaded, and tells its parent: from
// here on it is not believed. `weights_bytes`: of the weights that its trials draw.
void confine_subject(const SubjectRun& run, std::uint64_t weights_bytes);

// For a process of its own, which it confines first unless there is no `hand_over`: it is confined.
// Gives the component its weights and runs every trial, and then the first one again. Between calls
// it looks for what the component has changed: Misconduct. What the component throws passes
// through.
nlohmann::json run_subject(const SubjectRun& run);

// Likewise, and looks for what happened beside the operators: {"found": "..."}, from
// outside_writes. What the component throws passes through.
nlohmann::json explain_subject(const SubjectRun& run);

// The third stage of a job, `explain` in a process of its own. It is needed only when the second
// found a proof and numbers that disagree, to tell whose mistake that is.
Stage explanation_stage(
    std::function<nlohmann::json(const std::vector<Outcome>&, const HandOver&)> explain,
    const Limits& limits, std::vector<int> descriptors);

// The members of a compiled component, as confined and as little believed as run_subject:
// [[path, sizes, dtype, whether it is a buffer], ...].
nlohmann::json describe_subject(const SubjectRun& run);

// Reads what run_subject returned and stored, in another process. The document may come from a
// component that took over its process: throws Error{"subject.results"} for anything else than
// run_subject writes. `trials`: how many there must be.
SubjectResults read_subject(const nlohmann::json& document, const PrivateMapping& mapping,
                            std::size_t trials);

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

// And on the refactored side of one.
std::vector<TraceInput> subject_labels(const SubjectRun& run, const WeightMap& map,
                                       const Subject& subject,
                                       const std::vector<at::Tensor>& inputs);

// Runs one side of a trial: seeds the generator, finds out what the run writes beside its outputs.
// `places`: parameters that it may write.
TrialResults run_trial(
    const TrialData& data, const std::vector<ParameterId>& places,
    const std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>& forward);

}  // namespace strata
