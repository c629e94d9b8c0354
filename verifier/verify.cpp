#include "verifier/verify.h"

#include <unistd.h>

#include "verifier/build_subject.h"
#include "verifier/descriptor.h"
#include "verifier/localise.h"
#include "verifier/prepare.h"
#include "verifier/step_report.h"
#include "verifier/verdicts.h"
#include "verifier/verify_plan.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point started) {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

// What the steps, and the kernels alone, start from.
std::vector<ValueId> values_to_start_from(const Plan& plan) {
  const Tree& tree = plan.judged->tree;
  std::vector<InstanceId> representatives;
  for (const PlannedStep& step : plan.steps) representatives.push_back(step.instance);
  return values_to_capture(tree, representatives);
}

// Everything that runs after the tree is compiled: by index, the composition's outcomes and then
// each step's.
std::vector<std::vector<Outcome>> run_everything(const VerifyOptions& options, const Plan& plan,
                                                 int parallel) {
  std::vector<std::vector<Outcome>> outcomes(plan.steps.size() + 1);
  if (plan.judged->library.empty()) return outcomes;
  std::vector<Job> jobs;
  jobs.push_back(options.step.empty() ? composition_job(plan.judged, plan.steps.front().lines)
                                      : Job{"composition", {}});
  for (const PlannedStep& step : plan.steps)
    jobs.push_back(step_job(plan.judged, step.instance, step.lines, step.folder.filename()));
  std::size_t done = 0;
  const auto show = [&](std::size_t job, const std::vector<Outcome>&) {
    if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
  };
  return run_jobs(jobs, {parallel, show});
}

void write_step(const PlannedStep& step, const JudgedStep& judged) {
  write_document(step.folder / "verification_result.json", judged.report);
  write_document(step.folder / "coverage_report.json", judged.accounts);
}

}  // namespace

Verification verify_folder(const VerifyOptions& options) {
  const auto started = Clock::now();
  const Plan plan = plan_verification(options);
  const std::shared_ptr<Judged> judged = plan.judged;
  const int parallel =
      options.jobs > 0 ? options.jobs : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));

  const TemporaryFolder scratch;
  const Descriptor captured = anonymous_file("captured");
  judged->captured_file = captured.number();
  const Prepared prepared =
      prepare({judged, tree_request(judged->tree, options.folder), scratch.path(), options.scan,
               values_to_start_from(plan), parallel, options.progress});
  judged->library = prepared.library;
  judged->captured = prepared.captured;
  const auto outcomes = run_everything(options, plan, parallel);

  Verification verification;
  verification.build_seconds = prepared.build_seconds;
  verification.build_cached = prepared.scan.cached;
  add_findings(prepared.scan, "", verification.judgement);
  const bool ran = !judged->library.empty();
  std::vector<ComponentId> failing;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    JudgedStep step = judge_step(*judged, plan.steps[i], outcomes[i + 1], prepared.scan);
    write_step(plan.steps[i], step);
    if (ran) verification.judgement.join(named(step.summary.judgement, step.summary.name));
    if (step.summary.judgement.verdict == Verdict::kFail)
      failing.push_back(plan.steps[i].component);
    verification.steps.push_back(std::move(step.summary));
  }
  verification.culprits = localise(plan, failing, prepared.scan, parallel);
  if (options.step.empty()) {
    const fs::path reports = options.folder / "verification";
    JudgedStep whole = judge_composition(*judged, outcomes[0]);
    write_document(reports / "composition_test.json", whole.report);
    if (ran) verification.judgement.join(named(whole.summary.judgement, whole.summary.name));
    verification.composition = std::move(whole.summary);
    account_tree(*judged, reports, verification);
    verification.seconds = seconds_since(started);
    write_document(reports / "step_verification_summary.json", to_json(verification));
  }
  verification.seconds = seconds_since(started);
  return verification;
}

}  // namespace strata
