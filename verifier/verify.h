#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/client.h"
#include "verifier/checksums.h"
#include "verifier/determinism.h"
#include "verifier/generation.h"
#include "verifier/report.h"
#include "verifier/sandbox/isolation.h"

namespace strata {

struct VerifyOptions {
  std::filesystem::path folder;  // that `strata decompose` wrote
  std::filesystem::path model;   // the archive; "": the one that the folder names
  std::string step;  // judge only this step, by folder or component name; "": everything
  std::vector<std::string> user_kernels;  // components whose files are raw code, see user_kernels.h
  int jobs = 0;                           // processes at a time; 0: one per processor
  int seeds = 3;                          // at least 3
  std::chrono::seconds time_limit{300};   // per process
  bool fresh = false;        // judge everything anew, whatever the cache of verdicts holds
  bool arbiter = false;      // the fp64 arbiter also accepts what is outside a step's tolerance
  bool gradients = false;    // compare those of all inputs and parameters of each step, too
  int generate = 0;          // tokens that both sides write, greedily; 0: none
  int repeat = 1;            // runs of the whole on each number of threads, for determinism
  std::vector<int> threads;  // numbers of threads to run the whole on; empty: the recorded one
  std::filesystem::path compare_checksums;  // another run's checksums.json; "": none
  Isolation isolation = isolation_here();   // of the processes that run components
  // Bytes of weights, the archive's and those that are drawn, that may be in memory at a time
  // beyond the model's own size: processes that would need more wait for others to end.
  std::uint64_t beyond_weights = std::uint64_t{256} << 20;
  ScanSettings scan;
  std::function<void(std::size_t done, std::size_t total, const std::string& now)> progress;
};

// One line of the summary: a step, or the composition.
struct StepSummary {
  std::string name;  // "step_01_gpt2_lm_head_model_1x64_fp32"
  std::string component;
  int level = 0;
  int instances = 0;
  Judgement judgement;
  bool proved = false;                   // equal for all inputs, by the graph that really ran
  bool bit_equal = false;                // in every seed
  double max_abs_error = 0;              // the worst of all seeds
  double seconds = 0;                    // of the run that judged it
  bool cached = false;                   // answered by an earlier run's verdict
  bool accepted_by_arbiter = false;      // some result is outside its tolerance
  std::filesystem::path counterexample;  // of a fail, for `verify_step --replay`; "": none
};

// What makes a component wrong on its own account.
enum class Fault : std::uint8_t {
  kKernel,   // a kernel that fails from the original's own inputs
  kWiring,   // a parent that does, while none of its children does
  kWeights,  // a weight map that gives an instance another weight than the original has there
  kFinding,  // the anti-cheat scan found something in its file
};
std::string_view fault_name(Fault fault);  // "kernel", "wiring", "weights", "finding"

// A component that is wrong on its own account.
struct Culprit {
  Fault fault = Fault::kKernel;
  std::string component;
  std::string file;           // relative to the folder
  std::string instance;       // the first that is wrong, in the order of execution; "" for the root
  std::string original_path;  // that place in the author's model
  std::vector<std::string> instances;  // all that are wrong on their own account
  std::vector<std::string> reasons;    // the first one's, with its figures
  double max_abs_error = 0;            // the first one's
};

struct Verification {
  Judgement judgement;                    // of everything below
  std::vector<std::string> user_kernels;  // that were judged by their numbers alone
  std::vector<StepSummary> steps;
  std::optional<StepSummary> composition;
  std::vector<StepSummary> kernels;  // each L0 component alone, at its first instance
  std::vector<Culprit> culprits;     // in the order of execution; empty when every step passes
  // The first node at which the composed run and the original's part; of a whole verification.
  std::optional<Parting> parting;
  // Instances that differ in the composed run although they are right on their own account.
  std::vector<std::string> passing_on;
  std::optional<Determinism> determinism;  // when it was asked for
  std::optional<Generation> generation;    // when it was asked for
  std::optional<Parting> other_run;        // the first node that differs from compare_checksums
  std::size_t nodes = 0;                   // of the original
  std::size_t nodes_covered = 0;           // owned exactly once
  int ports = 0;                           // of all instances
  int ports_seen = 0;                      // whose shapes were checked when the tree ran
  Isolation isolation;                     // of the refactored sides
  double build_seconds = 0;                // scan and compilation
  bool build_cached = false;
  double seconds = 0;
};

// Judges an emitted folder: anti-cheat scan, every step, the whole tree, the ledger and the shapes.
// Writes the reports into the folder. Runs no operator in this process. Throws Error where nothing
// can be judged; what one step can't judge is an error verdict of that step.
Verification verify_folder(const VerifyOptions& options);

nlohmann::json to_json(const StepSummary& step);
// Throws nlohmann::json::exception for anything but what to_json writes.
StepSummary step_summary_from_json(const nlohmann::json& document);

nlohmann::json to_json(const Verification& verification);  // "step_verification_summary/1"
std::string summary_text(const Verification& verification);

}  // namespace strata
