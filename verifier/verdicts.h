#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "anticheat/reply.h"
#include "verifier/verify.h"
#include "verifier/verify_plan.h"

// From what the processes gave to verdicts and the documents that tell of them.

namespace strata {

// A step or the composition, judged, and its documents.
struct JudgedStep {
  StepSummary summary;
  nlohmann::json report;    // "verification_result/1" or "composition_test/1"
  nlohmann::json accounts;  // "coverage_report/1"; null for the composition
};

// A step that did not run because of a finding elsewhere is an error of its own, but not of the
// whole, which fails by the finding.
JudgedStep judge_step(const Judged& judged, const PlannedStep& step,
                      const std::vector<Outcome>& outcomes, const ScanReply& scan);
JudgedStep judge_composition(const Judged& judged, const std::vector<Outcome>& outcomes);

// Each L0 component alone, at its first instance, judged from the original's own inputs: what a
// step makes up for (a shape that the next call flattens) is wrong all the same.
std::vector<JudgedPart> kernels_alone(const Judged& judged);
std::vector<StepSummary> judge_kernels(const Judged& judged, const std::vector<JudgedPart>& parts,
                                       const std::vector<Outcome>& outcomes);

// Coverage and shape flow: fills their figures and judgement, and writes their documents into
// `reports`.
void account_tree(const Judged& judged, const std::filesystem::path& reports,
                  Verification& verification);

// Findings in a file, or everywhere when `file` is empty.
void add_findings(const ScanReply& reply, const std::string& file, Judgement& judgement);

}  // namespace strata
