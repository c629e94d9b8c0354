#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/mutants/mutant.h"
#include "verifier/build_subject.h"
#include "verifier/descriptor.h"
#include "verifier/verify_plan.h"

namespace strata {

// A model of the zoo, taken apart, with what the original gives at every port.
struct MutatedModel {
  std::string name;
  std::shared_ptr<Judged> judged;
  std::shared_ptr<Descriptor> captured;
};
MutatedModel mutated_model(const std::string& name);

// Who tells a mutant from the component.
struct MutantVerdict {
  bool compiles = true;
  std::vector<std::string> rules;    // of the scan, with the ledger's counts
  bool numbers = false;              // some step that holds it fails with the scan bypassed
  bool parts = false;                // the graph that ran is another, in some such step
  bool bit_equal = true;             // in every such step and trial
  std::vector<std::string> reasons;  // of the first failing step
  std::vector<ComponentId> failing;  // the steps that fail
  std::vector<Culprit> culprits;     // what localising names; when it was asked for
  bool caught() const { return !rules.empty() || numbers; }
};

// Writes, scans and compiles the mutants in few translation units, each with copies of all that is
// built on it, and judges the nearest steps; those above only where the nearest pass. `localised`:
// by index, whether localising is asked for when it fails.
std::vector<MutantVerdict> judge_mutants(const MutatedModel& model,
                                         const std::vector<Mutant>& mutants,
                                         const std::vector<bool>& localised);

}  // namespace strata
