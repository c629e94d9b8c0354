#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/load/weights.h"
#include "verifier/capture.h"
#include "verifier/executor.h"
#include "verifier/subject_run.h"

namespace strata {

// Makes the trials of one part of a program, the same in every process: the first on the model's
// own weights and the captured inputs, the others on weights and inputs drawn anew.
class PartTrials {
 public:
  // `captured`: what capture() returned, with at least the part's inputs, and the file that holds
  // the tensors. `seeds`: of the trials after the first. All but the numbers are only looked at.
  PartTrials(const Graph& graph, const GraphPart& part, const nlohmann::json& captured,
             int captured_file, const std::vector<std::uint64_t>& seeds);

  // The predicates of the part's conds among its inputs are turned round in every second trial, so
  // that both branches run.
  // Weights are in memory once: the archive's for the first trial, then those that were drawn, in
  // the same memory for every seed. So one trial's weights are good until the next is made; inputs
  // live as long as this.
  TrialData make(std::size_t index);

 private:
  const Graph& graph_;
  const GraphPart& part_;
  const std::vector<std::uint64_t>& seeds_;
  int file_;
  Weights weights_;
  std::vector<ParameterId> needed_;
  Captured captured_;
  std::vector<bool> is_predicate_;  // per input of the part
  std::vector<at::Tensor> drawn_;   // empty until a trial draws
  std::deque<PrivateMapping> mappings_;
};

// "own weights, captured inputs", "seed 17, all drawn anew", ...
std::vector<std::string> trial_names(const std::vector<std::uint64_t>& seeds);

}  // namespace strata
