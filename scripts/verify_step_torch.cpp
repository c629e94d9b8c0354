// Judges one refactoring against its original: scan, compile, transfer weights, compare, prove.
// Started by verify_step.

#include "verifier/verify_step.h"

#include <fmt/format.h>

#include <cstdio>

#include "kernels_l0/error.h"
#include "scripts/command.h"
#include "scripts/judging.h"
#include "scripts/verify_step_options.h"
#include "verifier/counterexample.h"
#include "verifier/original_name.h"
#include "verifier/runner.h"

namespace {

using strata::Error;
using strata::VerifyStepCommand;

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
void require_own_file(const VerifyStepCommand& options) {
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
void complete(VerifyStepCommand& options, const CLI::App& app) {
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

int run(VerifyStepCommand& options, const CLI::App& app) {
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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(strata::kVerifyStepPurpose, strata::kVerifyStepName);
  VerifyStepCommand options;
  strata::add_options(app, options);
  strata::hold_interrupts();
  strata::run_program(app, {{&app, [&] { return run(options, app); }}}, argc, argv);
}
