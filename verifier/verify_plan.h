#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "verifier/report.h"
#include "verifier/step.h"
#include "verifier/verify.h"

namespace strata {

// One step to judge, or one kernel alone.
struct PlannedStep {
  ComponentId component = kNone;
  InstanceId instance = kNone;       // the representative: the first
  std::filesystem::path folder;      // of its reports, with its name
  std::filesystem::path weight_map;  // file; "": a kernel has none, the tree says its weights
  std::vector<WeightLine> lines;     // the step's weight map for the representative
  Judgement judgement;               // of what needs no run
};

// Where a step's weight map gives an instance another weight than the original has there.
struct WrongWeight {
  InstanceId kernel = kNone;   // the L0 instance that holds the place
  std::filesystem::path file;  // the weight map
  WeightLine line;             // as it stands there; an empty place: the line is missing
  WeightLine expected;
};

// What is to be judged, before anything has run.
struct Plan {
  std::shared_ptr<Judged> judged;
  std::vector<PlannedStep> steps;
  std::vector<WrongWeight> wrong_weights;
};

// Reads the folder and its archive and checks that they fit. Throws Error{"verify. ..."} where
// nothing can be judged.
Plan plan_verification(const VerifyOptions& options);

}  // namespace strata
