#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "verifier/checksums.h"
#include "verifier/report.h"

// Whether the same gives the same: run to run, and on other numbers of threads.

namespace strata {

struct Plan;

// One run in fresh processes.
struct RepeatedRun {
  int threads = 1;
  int repetition = 0;
  std::optional<Checksums> checksums;  // nullopt: the composed run crashed
};

struct Determinism {
  int repeat = 1;
  std::vector<int> threads;
  bool outputs_repeat = true;         // bit-equal run to run, at every number of threads
  bool outputs_agree = true;          // and across the numbers of threads
  std::optional<Parting> run_to_run;  // the first node at which two runs differ
  std::optional<Parting> across;      // likewise on another number of threads
  int across_threads = 0;             // which
  bool original_repeats = true;       // the original alone, run to run
  std::string failure;                // a run that ended early
};

// Runs composed tree and original `repeat` times on every number of threads.
std::vector<RepeatedRun> run_repeatedly(const Plan& plan, int repeat,
                                        const std::vector<int>& threads, int parallel);

// Compares the runs of one number of threads with the first of them, and the first ones with each
// other.
Determinism compare_runs(const std::vector<RepeatedRun>& runs, int repeat,
                         const std::vector<int>& threads);

// A composed tree that differs run to run, where the original does not, is a fail; so is one that
// ends early. Other thread counts are only told: sums over threads may be ordered otherwise.
void judge_determinism(const Determinism& determinism, Judgement& judgement);

nlohmann::json to_json(const Determinism& determinism);
// "deterministic: 3 runs bit-equal; on 1, 2 threads: part at linear_3 ..."
std::string determinism_text(const Determinism& determinism);

}  // namespace strata
