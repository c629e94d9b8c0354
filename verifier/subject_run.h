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
#include "verifier/subject_results.h"
#include "verifier/trace.h"
#include "verifier/trial.h"
#include "verifier/weight_map.h"

// The refactored side: what runs in a process of its own.

namespace strata {

class Subject;

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

// The weights of one trial by member. Throws Error{"step.weight"} for a member whose weight the
// original does not read.
std::map<std::string, at::Tensor> weights_by_member(const SubjectRun& run, const WeightMap& map,
                                                    const TrialData& data);

// What inputs and weights are called on the refactored side of a proof.
std::vector<TraceInput> subject_labels(const SubjectRun& run, const WeightMap& map,
                                       const Subject& subject,
                                       const std::vector<at::Tensor>& inputs);

}  // namespace strata
