#include "verifier/prepare.h"

#include <ATen/ATen.h>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/build_subject.h"
#include "verifier/capture.h"
#include "verifier/recorded.h"

namespace strata {

using nlohmann::json;

namespace {

Job check_job(const std::shared_ptr<const Judged>& judged) {
  const auto check = [=](const std::vector<Outcome>&) {
    check_weights(judged->loaded);
    if (!judged->record.empty()) check_is_for(read_record(judged->record), judged->loaded.archive);
    return json(true);
  };
  return {"check the archive", {{"check", check, judged->limits, {}}}};
}

}  // namespace

const json& job_result(const std::string& job, const std::vector<Outcome>& outcomes) {
  const Outcome& outcome = outcomes.back();
  if (outcome.ending == Ending::kFinished) return outcome.result;
  if (outcome.ending == Ending::kError) throw Error(outcome.error_id, outcome.reason);
  throw Error("verify.prepare", job + ": must finish; got a process that " + outcome.reason);
}

Job capture_job(std::shared_ptr<const Judged> judged, std::vector<ValueId> wanted) {
  const auto run_original = [=](const std::vector<Outcome>&) {
    return to_json(capture(judged->normalised, whole(judged->normalised), wanted,
                           conditions_of(*judged), judged->captured_file));
  };
  return {"run the original", {{"capture", run_original, judged->limits, {judged->captured_file}}}};
}

std::filesystem::path record_path(const std::filesystem::path& archive) {
  return record_beside(archive);
}

void check_archive(const std::shared_ptr<const Judged>& judged) {
  const Job job = check_job(judged);
  job_result(job.name, run_jobs({job}, {1, {}}).front());
}

Prepared prepare(const PrepareOptions& options) {
  const std::shared_ptr<const Judged> judged = options.judged;
  const auto build = [&](const std::vector<Outcome>&) {
    const BuiltSubject built = build_subject(options.request, options.scratch, options.scan);
    return json{{"reply", to_json(built.reply)},
                {"cached", built.reply.cached},
                {"library", built.library.string()},
                {"seconds", built.seconds}};
  };
  const std::vector<Job> jobs{{"scan and compile", {{"build", build, judged->limits, {}}}},
                              capture_job(judged, options.wanted),
                              check_job(judged)};
  std::size_t done = 0;
  if (options.progress) options.progress(0, jobs.size(), jobs.front().name);
  const auto outcomes =
      run_jobs(jobs, {options.parallel, [&](std::size_t job, const std::vector<Outcome>&) {
                        if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
                      }});
  const json& built = job_result(jobs[0].name, outcomes[0]);
  job_result(jobs[2].name, outcomes[2]);
  Prepared prepared;
  prepared.scan = reply_from_json(built.at("reply"));
  prepared.scan.cached = built.at("cached");
  prepared.library = built.at("library").get<std::string>();
  prepared.build_seconds = built.at("seconds");
  prepared.captured = job_result(jobs[1].name, outcomes[1]);
  return prepared;
}

}  // namespace strata
