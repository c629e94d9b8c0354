#include "verifier/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "decomposer/graph/index.h"
#include "verifier/build_subject.h"
#include "verifier/coverage.h"
#include "verifier/shape_flow.h"
#include "verifier/step_report.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::map<ValueId, Shape> shapes_that_ran(const json& captured) {
  std::map<ValueId, Shape> shapes;
  for (const json& shape : captured.at("shapes")) {
    shapes[shape.at(0).get<ValueId>()] = {shape.at(1).get<std::vector<std::int64_t>>(),
                                          static_cast<ScalarType>(shape.at(2).get<int>())};
  }
  return shapes;
}

}  // namespace

void add_findings(const ScanReply& reply, const std::string& file, Judgement& judgement) {
  for (const Finding& finding : reply.findings) {
    if (file.empty() || fs::path(finding.place.file).filename() == file)
      judgement.fail("anti-cheat: " + finding_text(finding));
  }
}

JudgedStep judge_step(const Judged& judged, const PlannedStep& step,
                      const std::vector<Outcome>& outcomes, const ScanReply& scan) {
  const Component& component = judged.tree.components[at(step.component)];
  JudgedStep result;
  StepSummary& summary = result.summary;
  summary.name = step.folder.filename();
  summary.component = component.name;
  summary.level = component.level;
  summary.instances = static_cast<int>(instances_of(judged.tree, step.component).size());
  summary.judgement = step.judgement;

  const StepCoverage coverage = account_step(judged.normalised, judged.tree, step.instance);
  for (const std::string& problem : coverage.problems)
    summary.judgement.fail("coverage: " + problem);
  if (!coverage.sound()) summary.judgement.fail("coverage: the step's account is not sound");
  if (judged.library.empty()) {
    add_findings(scan, component.name + ".h", summary.judgement);
    if (summary.judgement.verdict == Verdict::kPass) {
      summary.judgement.could_not_judge("not run: the scan found something in another file");
    }
  }
  result.report = step_report(judged, step.instance, step.lines, outcomes, scan, summary);
  result.accounts = to_json(coverage);
  if (result.report.contains("proof")) {
    // The second witness: what the dispatcher saw on both sides.
    const json& proof = result.report["proof"];
    result.accounts["ran"] = {{"original", proof.at("original_operations")},
                              {"refactored", proof.at("refactored_operations")}};
  }
  return result;
}

JudgedStep judge_composition(const Judged& judged, const std::vector<Outcome>& outcomes) {
  JudgedStep result;
  StepSummary& whole = result.summary;
  whole.name = "composition";
  whole.component = judged.tree.components.back().name;
  whole.level = judged.tree.components.back().level;
  whole.instances = 1;
  if (judged.library.empty()) {
    whole.judgement.could_not_judge("not run: the scan found something");
  }
  result.report = composition_report(judged, outcomes, whole);
  return result;
}

std::vector<JudgedPart> kernels_alone(const Judged& judged) {
  std::vector<JudgedPart> parts;
  for (std::size_t i = 0; i < judged.tree.components.size(); ++i) {
    if (judged.tree.components[i].level > 0) continue;
    const InstanceId first = instances_of(judged.tree, static_cast<ComponentId>(i)).front();
    parts.push_back({first, weight_lines(judged.normalised, judged.tree, first), ""});
  }
  return parts;
}

std::vector<StepSummary> judge_kernels(const Judged& judged, const std::vector<JudgedPart>& parts,
                                       const std::vector<Outcome>& outcomes) {
  std::vector<StepSummary> kernels;
  const auto each = part_outcomes(outcomes, parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const ComponentId id = judged.tree.instances[at(parts[i].instance)].component;
    StepSummary summary;
    summary.name = judged.tree.components[at(id)].name;
    summary.component = summary.name;
    summary.instances = static_cast<int>(instances_of(judged.tree, id).size());
    compared_report(each[i], parts[i].lines, {}, summary);
    kernels.push_back(std::move(summary));
  }
  return kernels;
}

void account_tree(const Judged& judged, const fs::path& reports, Verification& verification) {
  const Coverage coverage = account(judged.loaded, judged.normalised, judged.tree);
  write_document(reports / "coverage_summary.json", to_json(coverage, judged.tree));
  for (const std::string& problem : coverage.problems)
    verification.judgement.fail("coverage: " + problem);
  if (!coverage.sound()) verification.judgement.fail("coverage: the account is not sound");
  verification.nodes = coverage.ledger.size();
  verification.nodes_covered = static_cast<std::size_t>(std::ranges::count_if(
      coverage.ledger, [](const LedgerEntry& entry) { return entry.owners.size() == 1; }));

  const ShapeFlow flow =
      shape_flow(judged.normalised, judged.tree, shapes_that_ran(judged.captured));
  write_document(reports / "shape_flow.json", to_json(flow, judged.tree));
  for (const std::string& problem : flow.problems)
    verification.judgement.fail("shapes: " + problem);
  if (!flow.sound()) verification.judgement.fail("shapes: the flow is not sound");
  for (const InstanceShapes& shapes : flow.instances) {
    verification.ports += static_cast<int>(shapes.inputs.size() + shapes.outputs.size());
  }
  verification.ports_seen = flow.seen;
}

}  // namespace strata
