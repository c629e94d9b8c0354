#include "verifier/prepare.h"

#include <ATen/ATen.h>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/build_subject.h"
#include "verifier/capture.h"
#include "verifier/recorded.h"

namespace strata {
namespace {

using nlohmann::json;

const json& result_of(const Job& job, const std::vector<Outcome>& outcomes) {
  const Outcome& outcome = outcomes.back();
  if (outcome.ending == Ending::kFinished) return outcome.result;
  if (outcome.ending == Ending::kError) throw Error(outcome.error_id, outcome.reason);
  throw Error("verify.prepare", job.name + ": must finish; got a process that " + outcome.reason);
}

}  // namespace

std::filesystem::path record_path(const std::filesystem::path& archive) {
  return record_beside(archive);
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
  const auto check = [&](const std::vector<Outcome>&) {
    check_weights(judged->loaded);
    if (!judged->record.empty()) check_is_for(read_record(judged->record), judged->loaded.archive);
    return json(true);
  };
  const auto run_original = [&](const std::vector<Outcome>&) {
    return to_json(
        capture(judged->normalised, options.wanted, conditions_of(*judged), judged->captured_file));
  };
  const std::vector<Job> jobs{
      {"scan and compile", {{"build", build, judged->limits, {}}}},
      {"run the original", {{"capture", run_original, judged->limits, {judged->captured_file}}}},
      {"check the archive", {{"check", check, judged->limits, {}}}}};
  std::size_t done = 0;
  if (options.progress) options.progress(0, jobs.size(), jobs.front().name);
  const auto outcomes =
      run_jobs(jobs, {options.parallel, [&](std::size_t job, const std::vector<Outcome>&) {
                        if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
                      }});
  const json& built = result_of(jobs[0], outcomes[0]);
  result_of(jobs[2], outcomes[2]);
  Prepared prepared;
  prepared.scan = reply_from_json(built.at("reply"));
  prepared.scan.cached = built.at("cached");
  prepared.library = built.at("library").get<std::string>();
  prepared.build_seconds = built.at("seconds");
  prepared.captured = result_of(jobs[1], outcomes[1]);
  return prepared;
}

}  // namespace strata
