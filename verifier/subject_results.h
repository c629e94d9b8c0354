#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verifier/descriptor.h"
#include "verifier/trace.h"
#include "verifier/trial.h"
#include "verifier/weight_map.h"

// What the refactored side gives, on its way from its process to the judge's.

namespace strata {

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

// One trial's results: the tensors in the anonymous file, the rest
// as JSON. read_trial throws Error{"runner.tensor"} or a JSON exception for anything else than
// store_trial writes.
nlohmann::json store_trial(int file, const TrialResults& results);
TrialResults read_trial(const nlohmann::json& document, const PrivateMapping& mapping);

nlohmann::json to_json(const Trace& trace);

// Reads what run_subject returned and stored, in another process. The document may come from a
// component that took over its process: throws Error{"subject.results"} for anything else than
// run_subject writes. `trials`: how many there must be.
SubjectResults read_subject(const nlohmann::json& document, const PrivateMapping& mapping,
                            std::size_t trials);

}  // namespace strata
