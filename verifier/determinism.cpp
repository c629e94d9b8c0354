#include "verifier/determinism.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "verifier/checksum_run.h"
#include "verifier/verify_plan.h"

namespace strata {
namespace {

using nlohmann::json;

bool same_outputs(const Checksums& one, const Checksums& other) {
  return one.original_outputs == other.original_outputs &&
         one.composed_outputs == other.composed_outputs;
}

// Keeps the first parting that is found.
void note(const Checksums& one, const Checksums& other, std::optional<Parting>& parting) {
  if (!parting) parting = first_parting(one, other);
}

}  // namespace

std::vector<RepeatedRun> run_repeatedly(const Plan& plan, int repeat,
                                        const std::vector<int>& threads, int parallel) {
  std::vector<RepeatedRun> runs;
  std::vector<Job> jobs;
  for (const int count : threads) {
    for (int i = 0; i < repeat; ++i) {
      runs.push_back({count, i, std::nullopt});
      jobs.push_back(checksum_job(plan.judged, plan.steps.front().lines, count,
                                  fmt::format("run {} on {} threads", i + 1, count)));
    }
  }
  const auto outcomes = run_jobs(jobs, {parallel, {}});
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].checksums = read_checksum_run(*plan.judged, outcomes[i]);
  return runs;
}

Determinism compare_runs(const std::vector<RepeatedRun>& runs, int repeat,
                         const std::vector<int>& threads) {
  Determinism result;
  result.repeat = repeat;
  result.threads = threads;
  const Checksums* first = nullptr;           // of all
  const Checksums* first_on_these = nullptr;  // of this number of threads
  for (const RepeatedRun& run : runs) {
    if (!run.checksums || !run.checksums->composed_ended.empty()) {
      result.failure =
          fmt::format("run {} on {} threads ended early{}", run.repetition + 1, run.threads,
                      run.checksums ? ": " + run.checksums->composed_ended : "");
      continue;
    }
    const Checksums& now = *run.checksums;
    if (first == nullptr) first = &now;
    if (run.repetition == 0 || first_on_these == nullptr) {
      first_on_these = &now;
      if (!same_outputs(*first, now)) result.outputs_agree = false;
      const bool open = !result.across.has_value();
      note(*first, now, result.across);
      if (open && result.across) result.across_threads = run.threads;
      continue;
    }
    if (!same_outputs(*first_on_these, now)) result.outputs_repeat = false;
    if (first_on_these->original_outputs != now.original_outputs) result.original_repeats = false;
    note(*first_on_these, now, result.run_to_run);
    if (result.run_to_run && result.run_to_run->side == "original") result.original_repeats = false;
  }
  return result;
}

void judge_determinism(const Determinism& determinism, Judgement& judgement) {
  if (!determinism.failure.empty()) judgement.fail("determinism: " + determinism.failure);
  if (determinism.run_to_run && determinism.original_repeats) {
    judgement.fail(fmt::format(
        "determinism: the composed tree gives other bits run to run, the original does not: {}",
        parting_text(*determinism.run_to_run)));
  }
}

json to_json(const Determinism& determinism) {
  return {{"repeat", determinism.repeat},
          {"threads", determinism.threads},
          {"bit_equal_run_to_run", determinism.outputs_repeat},
          {"bit_equal_across_threads", determinism.outputs_agree},
          {"original_bit_equal_run_to_run", determinism.original_repeats},
          {"first_difference_run_to_run", to_json(determinism.run_to_run)},
          {"first_difference_across_threads", to_json(determinism.across)},
          {"differing_threads", determinism.across_threads},
          {"failure", determinism.failure}};
}

std::string determinism_text(const Determinism& determinism) {
  std::string text = "determinism:";
  if (determinism.repeat > 1) {
    text += fmt::format(" {} runs {}", determinism.repeat,
                        determinism.outputs_repeat ? "bit-equal" : "differ");
    if (determinism.run_to_run)
      text += " (part first at " + parting_text(*determinism.run_to_run) + ")";
  }
  if (determinism.threads.size() > 1) {
    text += fmt::format("{} {} threads {}", determinism.repeat > 1 ? ";" : "",
                        fmt::join(determinism.threads, ", "),
                        determinism.outputs_agree ? "bit-equal" : "differ");
    if (determinism.across) {
      text += fmt::format(" (on {} part first at {})", determinism.across_threads,
                          parting_text(*determinism.across));
    }
  }
  if (!determinism.failure.empty()) text += " " + determinism.failure;
  return text;
}

}  // namespace strata
