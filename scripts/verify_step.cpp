// Judges one refactoring against its original: scan, compile, transfer weights, compare, prove.

#include "verifier/verify_step.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <limits>

#include "kernels_l0/error.h"
#include "scripts/command.h"
#include "scripts/judging.h"
#include "scripts/values.h"
#include "verifier/counterexample.h"
#include "verifier/original_name.h"
#include "verifier/runner.h"

namespace {

using strata::Error;

struct Options {
  strata::VerifyStepOptions step;
  std::filesystem::path output;
  std::filesystem::path replay;
  std::string arbiter;
  double rtol = 0;
  double atol = 0;
  int time_limit = 300;
  bool json = false;
};

void print(const strata::StepVerification& verification) {
  const nlohmann::json& report = verification.report;
  for (const std::string& reason : verification.judgement.reasons) fmt::print("- {}\n", reason);
  for (const nlohmann::json& open : report.at("open_children"))
    fmt::print("open: {} is not decomposed yet\n", open.get<std::string>());
  for (const nlohmann::json& kernel : report.at("user_kernels"))
    fmt::print("raw code, judged by its numbers alone: {}\n", kernel.get<std::string>());
  if (!report.at("counterexample").is_null())
    fmt::print("replay: verify_step --replay '{}'\n",
               report.at("counterexample").get<std::string>());
  const bool arbitrated = report.value("accepted_by_arbiter", false);
  fmt::print("{} ({}{})\n", strata::verdict_name(verification.judgement.verdict),
             report.at("evidence").get<std::string>(),
             arbitrated ? ", accepted by the fp64 arbiter" : "");
}

// The report must not take the place of what is judged.
void require_own_file(const Options& options) {
  for (const std::filesystem::path& read : strata::files_read(options.step)) {
    std::error_code absent;
    if (!std::filesystem::equivalent(options.output, read, absent)) continue;
    throw Error(
        "verify_step.options",
        fmt::format("--output: must be a file of its own; got {}, which is read; name another",
                    read.string()));
  }
}

// The command line as verify_step takes it.
void complete(Options& options, const CLI::App& app) {
  if (!options.replay.empty()) {
    const strata::Isolation isolation = options.step.isolation;
    options.step = strata::read_counterexample(options.replay);
    options.step.isolation = isolation;
    if (options.output.empty()) options.output = options.replay / "replayed.json";
    return;
  }
  for (const char* needed : {"--original", "--refactored", "--output"}) {
    if (app.count(needed) > 0) continue;
    throw Error("verify_step.options",
                fmt::format("{}: must be given, or --replay; got neither", needed));
  }
  strata::VerifyStepOptions& step = options.step;
  require_own_file(options);
  if (app.count("--rtol") > 0) step.rtol = options.rtol;
  if (app.count("--atol") > 0) step.atol = options.atol;
  step.arbiter = options.arbiter == "fp64";
  step.time_limit = std::chrono::seconds(options.time_limit);
  if (step.counterexample.empty())
    step.counterexample = std::filesystem::path(options.output).replace_extension("counterexample");
}

int run(Options& options, const CLI::App& app) {
  complete(options, app);
  strata::require_writable(options.output);
  const strata::StepVerification verification = strata::verify_step(options.step);
  strata::write_document(options.output, verification.report);
  if (options.json) {
    fmt::print("{}\n", verification.report.dump(2));
  } else {
    print(verification);
  }
  return strata::exit_code(verification.judgement.verdict);
}

void add_options(CLI::App& app, Options& options) {
  strata::VerifyStepOptions& step = options.step;
  app.add_option(
      "--original", step.original,
      "component file, model.pt2, model.pt2:module.path, or a step or kernel of a folder that "
      "decompose wrote, as FOLDER:NAME");
  app.add_option("--refactored", step.refactored, "component file; children through its includes");
  app.add_option("--output", options.output, "report to write");
  app.add_option("--weight-map", step.weight_map, "JSON; default: made by name and structure");
  app.add_option("--user-kernel", step.user_kernels,
                 "a file, the refactored one or a kernel below it, that is raw code of your own: "
                 "judged by its numbers; may be given several times")
      ->allow_extra_args(false);
  app.add_option("--rtol", options.rtol, "relative tolerance; default: the guide's, by dtype")
      ->check(strata::number_from_zero());
  app.add_option("--atol", options.atol, "absolute tolerance; default: the guide's, by dtype")
      ->check(strata::number_from_zero());
  auto* seeds = app.add_option("--seeds", step.seeds, "trials, at least 3")
                    ->check(strata::whole_number(3, 1000));
  app.add_option("--seed-list", step.seed_list,
                 "seeds of the trials after the first, at least 2; default: drawn")
      ->delimiter(',')
      ->check(strata::whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->excludes(seeds);
  strata::add_check_options(app, options.arbiter, step.gradients);
  app.add_option("--device", step.device, "where to run; default: cpu");
  app.add_option("--counterexample", step.counterexample,
                 "folder written on a fail; default: beside the report");
  app.add_option("--replay", options.replay, "judge this counterexample again");
  app.add_option("--time-limit", options.time_limit, "seconds that one process may take")
      ->check(strata::whole_number(1));
  strata::add_isolation_options(app, step.isolation);
  app.add_flag("--json", options.json, "print the report");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Judges a refactored component against its original.", "verify_step");
  Options options;
  add_options(app, options);
  strata::hold_interrupts();
  strata::run_program(app, {{&app, [&] { return run(options, app); }}}, argc, argv);
}
