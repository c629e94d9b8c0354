#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/reply.h"
#include "verifier/step.h"
#include "verifier/verify.h"

// What the outcomes of a step's processes mean, and how it is written down. Only here do they
// become a verdict.

namespace strata {

// Fills the summary's judgement and figures from the outcomes of step_job and returns
// "verification_result/1" (verification_result.schema.json).
nlohmann::json step_report(const Judged& judged, InstanceId instance,
                           const std::vector<WeightLine>& lines,
                           const std::vector<Outcome>& outcomes, const ScanReply& scan,
                           StepSummary& summary);

// What the run of a parent is put beside.
struct ParentFacts {
  const ClassFacts* scanned = nullptr;  // what the scan saw; null for any other component
  // What the ledger gives to it, by arithmetic_result; without one, what ran in the original.
  std::optional<OperatorCounts> arithmetic;
};

// The part of it that every step has: verdict, evidence, figures, weight map. Used for a step
// without a tree, too.
nlohmann::json compared_report(const std::vector<Outcome>& outcomes,
                               const std::vector<WeightLine>& lines, const ParentFacts& parent,
                               StepSummary& summary);

// Adds what probes_job found to that report, where the trials of step_job's outcomes agreed.
void add_probes(const std::vector<Outcome>& outcomes, const std::vector<Outcome>& probes,
                nlohmann::json& report, StepSummary& summary);

// The report's list of what the scan found.
nlohmann::json findings_json(const ScanReply& scan);

// The report's entry "isolation": what the refactored side was held to, as its process said before
// it loaded the component, and the seeds; null when it did not get that far.
nlohmann::json isolation_entry(const std::vector<Outcome>& outcomes,
                               const std::vector<std::uint64_t>& seeds);

// Likewise for composition_job: "composition_test/1".
nlohmann::json composition_report(const Judged& judged, const std::vector<Outcome>& outcomes,
                                  StepSummary& summary);

// The judgement with its reasons prefixed: "step_02_block: ...".
Judgement named(const Judgement& judgement, const std::string& name);

}  // namespace strata
