#include "verifier/verify.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "anticheat/reply_cache.h"
#include "verifier/build_subject.h"
#include "verifier/checksum_run.h"
#include "verifier/conditions.h"
#include "verifier/descriptor.h"
#include "verifier/failed_step.h"
#include "verifier/localise.h"
#include "verifier/prepare.h"
#include "verifier/step_report.h"
#include "verifier/temporary_folder.h"
#include "verifier/tree_request.h"
#include "verifier/user_kernels.h"
#include "verifier/verdict_cache.h"
#include "verifier/verdict_key.h"
#include "verifier/verdicts.h"
#include "verifier/verify_plan.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

double seconds_since(Clock::time_point started) {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

VerdictCache cache_of(const VerifyOptions& options) {
  return VerdictCache(cache_folder(options.scan.cache) / "verdicts");
}

// What is known of the parts of a plan, from an earlier run or this one.
struct Known {
  std::vector<std::optional<JudgedStep>> steps;  // one per planned step
  std::optional<JudgedStep> composition;
  std::vector<StepSummary> kernels;    // alone; of a whole verification
  std::optional<Checksums> checksums;  // of the composition's run
  json shapes;                         // what capture() saw then
};

std::optional<JudgedStep> judged_from(const std::optional<json>& entry) {
  if (!entry) return std::nullopt;
  JudgedStep step{step_summary_from_json(entry->at("summary")), entry->at("report"),
                  entry->at("accounts")};
  step.summary.cached = true;
  step.report["cached"] = true;
  return step;
}

json entry_of(const JudgedStep& step) {
  return {{"summary", to_json(step.summary)}, {"report", step.report}, {"accounts", step.accounts}};
}

Known known_before(const VerifyOptions& options, const Plan& plan, const std::vector<json>& keys) {
  Known known;
  known.steps.resize(plan.steps.size());
  if (options.fresh) return known;
  const VerdictCache cache = cache_of(options);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    // A weight map that is wrong for another instance is no matter of the step's run.
    if (plan.steps[i].judgement.verdict != Verdict::kPass) continue;
    known.steps[i] = judged_from(cache.find(keys[i + 1]));
  }
  if (!options.step.empty()) return known;
  if (const std::optional<json> entry = cache.find(keys.front())) {
    known.composition = judged_from(entry);
    known.shapes = entry->at("shapes");
    for (const json& kernel : entry->at("kernels")) {
      known.kernels.push_back(step_summary_from_json(kernel));
      known.kernels.back().cached = true;
    }
    known.checksums = checksums_from_json(entry->at("checksums"), "the cache of verdicts");
  }
  return known;
}

bool everything(const Known& known, const VerifyOptions& options) {
  return std::ranges::all_of(known.steps, [](const auto& step) { return step.has_value(); }) &&
         (known.composition || !options.step.empty());
}

// What the steps start from.
std::vector<ValueId> values_to_start_from(const Plan& plan) {
  std::vector<InstanceId> representatives{0};
  for (const PlannedStep& step : plan.steps) representatives.push_back(step.instance);
  for (const JudgedPart& kernel : kernels_alone(*plan.judged))
    representatives.push_back(kernel.instance);
  return values_to_capture(plan.judged->tree, representatives);
}

std::uint64_t weight_bytes(const Graph& graph) {
  std::uint64_t bytes = 0;
  for (const Storage& storage : graph.storages) bytes += storage.size;
  return bytes;
}

// Only passes are kept: whatever else there is to say about a step is said by a run.
void keep(const VerdictCache& cache, const json& key, const JudgedStep& step, json more = {}) {
  if (step.summary.judgement.verdict != Verdict::kPass) return;
  json entry = entry_of(step);
  if (more.is_object()) entry.update(more);
  cache.store(key, entry);
}

// Kernels that pass by their trials alone are asked what a step is: probes, and what they depend
// on.
void ask_unproved(const Plan& plan, const std::vector<JudgedPart>& parts, int parallel,
                  std::vector<StepSummary>& kernels) {
  std::vector<Job> jobs;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (kernels[i].proved || kernels[i].judgement.verdict != Verdict::kPass) continue;
    jobs.push_back(step_job(plan.judged, parts[i].instance, parts[i].lines, kernels[i].name));
    places.push_back(i);
  }
  const auto outcomes = run_jobs(jobs, {parallel, {}});
  for (std::size_t i = 0; i < jobs.size(); ++i)
    compared_report(outcomes[i], parts[places[i]].lines, {}, kernels[places[i]]);
}

// Runs and judges what is not known; each step's verdict is kept as soon as it is there, so that an
// interrupted run goes on where it was.
void run_unknown(const VerifyOptions& options, const Plan& plan, const std::vector<json>& keys,
                 const ScanReply& scan, int parallel, Known& known) {
  const VerdictCache cache = cache_of(options);
  const Judged& judged = *plan.judged;
  const bool whole = options.step.empty() && !known.composition;
  if (judged.library.empty()) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
      if (!known.steps[i]) known.steps[i] = judge_step(judged, plan.steps[i], {}, scan);
    if (whole) known.composition = judge_composition(judged, {});
    return;
  }
  const std::vector<JudgedPart> kernels = kernels_alone(judged);
  const std::uint64_t weights = weight_bytes(judged.loaded);
  std::vector<Job> jobs;
  std::map<std::size_t, std::size_t> steps;  // of the plan, by job
  if (whole) {  // First what the whole model's step waits for, which is the longest.
    jobs = {composition_job(plan.judged, plan.steps.front().lines),
            checksum_job(plan.judged, plan.steps.front().lines, 0, "checksums"),
            parts_job(plan.judged, kernels, "kernels")};
    jobs[0].shared = jobs[1].shared = weights;
    for (const JudgedPart& kernel : kernels)
      jobs[2].memory = std::max(jobs[2].memory, drawn_bytes(judged, kernel.instance));
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (known.steps[i]) continue;
    const PlannedStep& step = plan.steps[i];
    steps[jobs.size()] = i;
    jobs.push_back(step_job(plan.judged, step.instance, step.lines, step.folder.filename()));
    jobs.back().memory = drawn_bytes(judged, step.instance);
  }
  std::size_t done = 0;
  const auto finished = [&](std::size_t job, const std::vector<Outcome>& outcomes) {
    if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
    const auto found = steps.find(job);
    if (found == steps.end()) return;
    const std::size_t step = found->second;
    known.steps[step] = judge_step(judged, plan.steps[step], outcomes, scan);
    keep(cache, keys[step + 1], *known.steps[step]);
  };
  const auto outcomes = run_jobs(jobs, {parallel, finished, weights + options.beyond_weights});
  if (!whole) return;
  known.composition = judge_composition(judged, outcomes.at(0));
  known.checksums = read_checksum_run(judged, outcomes.at(1));
  known.kernels = judge_kernels(judged, kernels, outcomes.at(2));
  ask_unproved(plan, kernels, parallel, known.kernels);
  json kept = json::array();
  for (const StepSummary& kernel : known.kernels) {
    if (kernel.judgement.verdict == Verdict::kPass) kept.push_back(to_json(kernel));
  }
  if (known.checksums && kept.size() == kernels.size()) {
    keep(cache, keys.front(), *known.composition,
         {{"shapes", judged.captured.at("shapes")},
          {"checksums", to_json(*known.checksums)},
          {"kernels", std::move(kept)}});
  }
}

// Instances, but for those that are wrong themselves or hold one that is, in which a node differs.
std::vector<std::string> passing_on(const Checksums& checksums,
                                    const std::vector<Culprit>& culprits) {
  std::set<std::string> own;
  for (const Culprit& culprit : culprits)
    own.insert(culprit.instances.begin(), culprit.instances.end());
  std::vector<std::string> instances;
  for (const NodeSum& node : checksums.nodes) {
    if (node.original == node.composed || own.contains(node.instance)) continue;
    if (std::ranges::find(instances, node.instance) == instances.end())
      instances.push_back(node.instance);
  }
  return instances;
}

void compare_with_other_run(const VerifyOptions& options, const Checksums& checksums,
                            Verification& verification) {
  verification.other_run = first_parting(checksums, read_checksums(options.compare_checksums));
  if (!verification.other_run) return;
  verification.judgement.fail(fmt::format(
      "checksums: the {} run differs from {}'s first at {}", verification.other_run->side,
      options.compare_checksums.string(), parting_text(*verification.other_run)));
}

// What is said of the whole beside its composition: where the runs part, accounts, other runs.
void finish_whole(const VerifyOptions& options, const Plan& plan, Known& known, int parallel,
                  Verification& verification) {
  const fs::path reports = options.folder / "verification";
  write_document(reports / "composition_test.json", known.composition->report);
  verification.composition = known.composition->summary;
  if (known.checksums) {
    write_document(reports / "checksums.json", to_json(*known.checksums));
    verification.parting = first_parting(*known.checksums);
    verification.passing_on = passing_on(*known.checksums, verification.culprits);
  } else {
    std::error_code absent;
    fs::remove(reports / "checksums.json", absent);  // an earlier run's
  }
  if (!options.compare_checksums.empty() && known.checksums)
    compare_with_other_run(options, *known.checksums, verification);
  if ((options.repeat > 1 || !options.threads.empty()) && !plan.judged->library.empty()) {
    std::vector<int> threads = options.threads;
    if (threads.empty()) threads.push_back(conditions_of(*plan.judged).threads);
    verification.determinism = compare_runs(run_repeatedly(plan, options.repeat, threads, parallel),
                                            options.repeat, threads);
    judge_determinism(*verification.determinism, verification.judgement);
  }
  if (options.generate > 0 && !plan.judged->library.empty()) {
    verification.generation = generate(plan, options.generate);
    write_document(reports / "generation.json", verification.generation->report);
    verification.judgement.join(named(verification.generation->judgement, "generation"));
  }
  account_tree(*plan.judged, reports, verification);
}

}  // namespace

Verification verify_folder(const VerifyOptions& options) {
  const auto started = Clock::now();
  const Plan plan = plan_verification(options);
  if (options.generate > 0) language_model(plan.judged->loaded, options.generate);
  const std::vector<json> keys = verdict_keys(options, plan);
  Known known = known_before(options, plan, keys);
  const bool runs_whole = options.repeat > 1 || !options.threads.empty() || options.generate > 0;
  const std::shared_ptr<Judged> judged = plan.judged;
  const int parallel =
      options.jobs > 0 ? options.jobs : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));

  const TemporaryFolder scratch;
  const Descriptor captured = anonymous_file("captured");
  judged->captured_file = captured.number();
  Prepared prepared;
  if (everything(known, options) && !runs_whole) {
    check_archive(judged);
    judged->captured = {{"shapes", known.shapes}};
    prepared.scan.cached = true;
  } else {
    prepared = prepare({judged, tree_request(judged->tree, options.folder, judged->user_kernels),
                        scratch.path(), options.scan, values_to_start_from(plan), parallel,
                        options.progress});
    judged->library = prepared.library;
    judged->captured = prepared.captured;
    run_unknown(options, plan, keys, prepared.scan, parallel, known);
  }

  Verification verification;
  verification.isolation = options.isolation;
  verification.user_kernels = raw_code_in(*judged, 0);
  verification.build_seconds = prepared.build_seconds;
  verification.build_cached = prepared.scan.cached;
  add_findings(prepared.scan, "", verification.judgement);
  const bool ran = is_clean(prepared.scan);
  std::vector<ComponentId> failing;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    JudgedStep& step = *known.steps[i];
    save_counterexample(options, plan, plan.steps[i], step);
    write_document(plan.steps[i].folder / "verification_result.json", step.report);
    write_document(plan.steps[i].folder / "coverage_report.json", step.accounts);
    if (ran) verification.judgement.join(named(step.summary.judgement, step.summary.name));
    if (step.summary.judgement.verdict == Verdict::kFail)
      failing.push_back(plan.steps[i].component);
    verification.steps.push_back(step.summary);
  }
  for (const StepSummary& kernel : known.kernels) {
    verification.judgement.join(named(kernel.judgement, kernel.name));
    verification.kernels.push_back(kernel);
    const auto component =
        std::ranges::find(judged->tree.components, kernel.component, &Component::name);
    if (kernel.judgement.verdict == Verdict::kFail)
      failing.push_back(static_cast<ComponentId>(component - judged->tree.components.begin()));
  }
  verification.culprits = localise(plan, failing, prepared.scan, parallel);
  if (options.step.empty()) {
    if (ran)
      verification.judgement.join(
          named(known.composition->summary.judgement, known.composition->summary.name));
    finish_whole(options, plan, known, parallel, verification);
    verification.seconds = seconds_since(started);
    write_document(options.folder / "verification" / "step_verification_summary.json",
                   to_json(verification));
  }
  verification.seconds = seconds_since(started);
  return verification;
}

}  // namespace strata
