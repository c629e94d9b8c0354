#include "verifier/step_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "decomposer/graph/index.h"
#include "verifier/arithmetic_bound.h"
#include "verifier/contradiction.h"
#include "verifier/witness.h"

namespace strata {
namespace {

using nlohmann::json;

// The refactored side, every other stage from the first, may end badly: that is a fail, with the
// reason. What the judge itself, the stages between, can't do is an error.
void judge_ending(const std::vector<Outcome>& outcomes, const char* during, StepSummary& summary) {
  for (const Outcome& outcome : outcomes) summary.seconds += outcome.seconds;
  if (outcomes.empty()) return;
  const Outcome& last = outcomes.back();
  if (last.ending == Ending::kFinished) return;
  const bool refactored = outcomes.size() % 2 == 1;
  if (last.error_id == "subject.results") {
    summary.judgement.fail(last.reason);
  } else if (last.ending == Ending::kError) {
    summary.judgement.could_not_judge(fmt::format("[{}] {}", last.error_id, last.reason));
  } else if (refactored) {
    summary.judgement.fail(fmt::format("the refactored component{} {}", during, last.reason));
  } else {
    summary.judgement.could_not_judge(
        fmt::format("the process that compares{} {}", during, last.reason));
  }
}

void judge_endings(const std::vector<Outcome>& outcomes, StepSummary& summary) {
  if (outcomes.size() <= 2) return judge_ending(outcomes, "", summary);
  if (!is_contradicted(outcomes)) return judge_ending(outcomes, " in the further checks", summary);
  for (const Outcome& outcome : outcomes) summary.seconds += outcome.seconds;
}

// What a stage returned; null when it did not get that far.
json result_of(const std::vector<Outcome>& outcomes, std::size_t stage) {
  if (outcomes.size() > stage && outcomes[stage].ending == Ending::kFinished)
    return outcomes[stage].result;
  return nullptr;
}

// The result of the stage that compares the trials.
json compared(const std::vector<Outcome>& outcomes) { return result_of(outcomes, 1); }

// Proof and numbers that disagree are the refactored component's fault when it did something beside
// the operators that ran, and else the judge's own.
void judge_contradiction(const std::vector<Outcome>& outcomes, std::size_t stage,
                         const std::string& numbers, StepSummary& summary) {
  std::string found;
  if (outcomes.size() > stage) {
    const Outcome& explanation = outcomes[stage];
    found = explanation.ending == Ending::kFinished ? explanation.result.value("found", "")
                                                    : "which " + explanation.reason;
  }
  if (!found.empty()) {
    summary.proved = false;
    summary.judgement.fail("the refactored component ran the original's operators, but " + found);
    return;
  }
  summary.judgement.could_not_judge(
      fmt::format("proof and {} disagree: the same operations gave other results", numbers));
}

void take_figures(const std::vector<Outcome>& outcomes, StepSummary& summary) {
  const json result = compared(outcomes);
  if (result.is_null()) {
    if (summary.judgement.verdict == Verdict::kPass)
      summary.judgement.could_not_judge("nothing was compared");
    return;
  }
  for (const json& reason : result.at("reasons")) summary.judgement.fail(reason.get<std::string>());
  summary.proved = result.at("proof").at("proved").get<bool>();
  if (result.at("contradiction").get<bool>()) judge_contradiction(outcomes, 2, "numbers", summary);
  if (result.at("trials").empty()) summary.judgement.could_not_judge("nothing was compared");
  summary.bit_equal = result.at("bit_equal").get<bool>();
  summary.accepted_by_arbiter = result.at("arbitrated").get<bool>();
  const json& error = result.at("max_abs_error");
  summary.max_abs_error =
      error.is_number() ? error.get<double>() : std::numeric_limits<double>::infinity();
}

// What a proved component ran in each probe: the trials' operations are what is proved.
void judge_probe_operations(const json& trials, json& probes, StepSummary& summary) {
  for (json& probe : probes) {
    if (trials.at("proof").at("proved").get<bool>() && probe.contains("operations")) {
      const bool same = ran_the_same(trials, probe);
      probe["same_operations"] = same;
      if (!same) {
        summary.proved = false;
        summary.judgement.fail(fmt::format(
            "probe \"{}\": the refactored component ran other operations than in its trials, "
            "where they were the original's",
            probe.at("name").get<std::string>()));
      }
    }
    probe.erase("operations");
  }
}

// Reasons of the further checks. `explanation`: of the job that explains probes whose numbers
// differ where the operations are those of the proof; empty when it did not run.
void judge_further(const json& trials, json& further, const std::vector<Outcome>& explanation,
                   StepSummary& summary) {
  for (const json& reason : further.at("reasons"))
    summary.judgement.fail(reason.get<std::string>());
  if (!contradicting_probes(trials, further).empty())
    judge_contradiction(explanation, 0, "probes", summary);
  judge_probe_operations(trials, further.at("probes"), summary);
}

// The further checks of a step; null where none ran; {"skipped": why} where none were of use.
json take_further(const std::vector<Outcome>& outcomes, StepSummary& summary) {
  if (const json result = compared(outcomes); !result.is_null()) {
    if (!result.at("reasons").empty()) return {{"skipped", "the trials failed"}};
    if (summary.proved && outcomes.size() == 2) return {{"skipped", "proved"}};
  }
  json further = result_of(outcomes, 3);
  if (!further.is_null()) judge_further(compared(outcomes), further, {}, summary);
  return further;
}

json process_figures(const std::vector<Outcome>& outcomes, bool further = false) {
  json list = json::array();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool explains = i == 2 && (further || is_contradicted(outcomes));
    const char* side = i % 2 == 0 ? "refactored" : "original";
    list.push_back({{"side", explains ? "explanation" : side},
                    {"checks", !further && (i < 2 || explains) ? "trials" : "further"},
                    {"ending", ending_name(outcomes[i].ending)},
                    {"seconds", outcomes[i].seconds},
                    {"peak_kib", outcomes[i].peak_kib}});
  }
  return list;
}

// Adds what the run showed of the parent's own operators to the judgement.
json judge_witness(const ParentFacts& parent, const json& result, StepSummary& summary) {
  const Witness witness =
      compare_witness(*parent.scanned, result.at("outside_children").get<OperatorCounts>());
  for (const std::string& line : witness.unexplained)
    summary.judgement.fail("outside its children ran what the scan did not see: " + line);
  for (const std::string& line : witness.missing)
    summary.judgement.could_not_judge("the scan saw what did not run: " + line);
  const auto& arithmetic = result.at("arithmetic");
  const auto ran = arithmetic.at("ran").get<OperatorCounts>();
  const auto allowed = parent.arithmetic.value_or(arithmetic.at("original").get<OperatorCounts>());
  for (const std::string& line : beyond(ran, allowed))
    summary.judgement.fail("outside its children ran arithmetic that the original does not have: " +
                           line);
  json entry = to_json(witness);
  entry["arithmetic"] = {{"ran", ran}, {"original", allowed}};
  return entry;
}

json result_entries(const json& result) {
  if (result.is_null()) return json::object();
  return {{"proof", result.at("proof")},
          {"bit_equal", result.at("bit_equal")},
          {"accepted_by_arbiter", result.at("arbitrated")},
          {"max_abs_error", result.at("max_abs_error")},
          {"unmet_conditions", result.at("unmet_conditions")},
          {"trials", result.at("trials")}};
}

json further_entries(const json& further) {
  json entries = {{"probes", json::array()},
                  {"sensitivity", nullptr},
                  {"children", nullptr},
                  {"gradients", nullptr}};
  if (further.is_null()) return entries;
  if (further.contains("skipped")) {
    entries["further_checks_skipped"] = further.at("skipped");
    return entries;
  }
  for (const char* key : {"probes", "sensitivity", "children", "gradients"})
    entries[key] = further.at(key);
  return entries;
}

const char* evidence_name(const StepSummary& summary, const json& result) {
  if (result.is_null()) return "none";
  return summary.proved ? "proved" : "sampled";
}

}  // namespace

json findings_json(const ScanReply& scan) {
  json findings = json::array();
  for (const Finding& finding : scan.findings) {
    findings.push_back({{"rule", finding.rule},
                        {"file", finding.place.file},
                        {"line", finding.place.line},
                        {"text", finding.text},
                        {"message", finding.message},
                        {"advice", finding.advice}});
  }
  return findings;
}

json isolation_entry(const std::vector<Outcome>& outcomes,
                     const std::vector<std::uint64_t>& seeds) {
  if (outcomes.empty() || !outcomes.front().note.is_object()) return nullptr;
  json entry = outcomes.front().note;
  entry["seeds"] = seeds;
  return entry;
}

json compared_report(const std::vector<Outcome>& outcomes, const std::vector<WeightLine>& lines,
                     const ParentFacts& parent, StepSummary& summary) {
  const json result = compared(outcomes);
  judge_endings(outcomes, summary);
  take_figures(outcomes, summary);
  const bool witnessed = parent.scanned != nullptr && !result.is_null();
  const json witness = witnessed ? judge_witness(parent, result, summary) : json();
  const json further = take_further(outcomes, summary);
  json map = json::array();
  for (const WeightLine& line : lines) {
    map.push_back({{"original", line.original}, {"slice", line.slice}, {"place", line.place}});
  }
  json report = {{"schema", "verification_result/1"},
                 {"component", summary.component},
                 {"verdict", verdict_name(summary.judgement.verdict)},
                 {"reasons", summary.judgement.reasons},
                 {"evidence", evidence_name(summary, result)},
                 {"weight_map", std::move(map)},
                 {"processes", process_figures(outcomes)}};
  report.update(result_entries(result));
  if (witnessed) report["witness"] = witness;
  report.update(further_entries(further));
  return report;
}

void add_probes(const std::vector<Outcome>& outcomes, const std::vector<Outcome>& probes,
                json& report, StepSummary& summary) {
  const json result = compared(outcomes);
  if (probes.empty() || result.is_null() || !result.at("reasons").empty() ||
      is_contradicted(outcomes))
    return;
  const auto explanation = probes.begin() + std::min<std::ptrdiff_t>(std::ssize(probes), 2);
  judge_ending({probes.begin(), explanation}, " in the probes", summary);
  for (json& process : process_figures(probes, /*further=*/true))
    report.at("processes").push_back(std::move(process));
  report.erase("further_checks_skipped");
  json further = result_of(probes, 1);
  if (!further.is_null()) {
    judge_further(result, further, {explanation, probes.end()}, summary);
    report["probes"] = further.at("probes");
  }
  if (result.at("proof").at("proved").get<bool>() && !summary.proved) {
    report["proof"]["proved"] = false;
    report["proof"]["difference"] = "it holds for the trials, not for the probes: see the reasons";
  }
  report["evidence"] = evidence_name(summary, result);
  report["verdict"] = verdict_name(summary.judgement.verdict);
  report["reasons"] = summary.judgement.reasons;
}

json step_report(const Judged& judged, InstanceId id, const std::vector<WeightLine>& lines,
                 const std::vector<Outcome>& outcomes, const ScanReply& scan,
                 StepSummary& summary) {
  const Instance& instance = judged.tree.instances[at(id)];
  const ParentFacts parent{scanned_parent(scan, summary.component),
                           ledger_arithmetic(judged.tree.components[at(instance.component)])};
  json report = compared_report(outcomes, lines, parent, summary);
  report.update({{"step", summary.name},
                 {"level", summary.level},
                 {"instance", instance.path},
                 {"original_path", instance.original_path},
                 {"instances", summary.instances},
                 {"arbiter", judged.arbiter ? json("fp64") : json()},
                 {"counterexample", nullptr},
                 {"anti_cheat", {{"clean", is_clean(scan)}, {"findings", findings_json(scan)}}},
                 {"seeds", judged.seeds},
                 {"isolation", isolation_entry(outcomes, judged.seeds)}});
  return report;
}

json composition_report(const Judged& judged, const std::vector<Outcome>& outcomes,
                        StepSummary& summary) {
  const json result = compared(outcomes);
  judge_endings(outcomes, summary);
  take_figures(outcomes, summary);
  json recorded = nullptr;
  if (!result.is_null()) {
    recorded = result.at("recorded");
    if (recorded.at("present").get<bool>()) {
      for (const json& reason : recorded.at("reasons")) {
        summary.judgement.fail("against eager PyTorch: " + reason.get<std::string>());
      }
      summary.bit_equal = summary.bit_equal && recorded.at("bit_equal").get<bool>();
    }
  }
  json report = {{"schema", "composition_test/1"},
                 {"component", summary.component},
                 {"archive", judged.loaded.archive.filename().string()},
                 {"archive_digest", judged.loaded.archive_digest},
                 {"verdict", verdict_name(summary.judgement.verdict)},
                 {"reasons", summary.judgement.reasons},
                 {"evidence", evidence_name(summary, result)},
                 {"recorded", std::move(recorded)},
                 {"isolation", isolation_entry(outcomes, {})},
                 {"processes", process_figures(outcomes)}};
  report.update(result_entries(result));
  return report;
}

Judgement named(const Judgement& judgement, const std::string& name) {
  Judgement prefixed = judgement;
  for (std::string& reason : prefixed.reasons) reason = name + ": " + reason;
  return prefixed;
}

}  // namespace strata
