// Judges one refactoring against its original: scan, compile, transfer weights, compare, prove.

#include "verifier/verify_step.h"

#include <fmt/format.h>

#include <cstdio>

#include "scripts/command.h"

namespace {

struct Options {
  strata::VerifyStepOptions step;
  std::filesystem::path output;
  double rtol = 0;
  double atol = 0;
  int time_limit = 300;
  bool json = false;
};

int run(Options& options, const CLI::App& app) {
  strata::VerifyStepOptions& step = options.step;
  if (app.count("--rtol") > 0) step.rtol = options.rtol;
  if (app.count("--atol") > 0) step.atol = options.atol;
  step.time_limit = std::chrono::seconds(options.time_limit);
  const strata::StepVerification verification = strata::verify_step(step);
  strata::write_document(options.output, verification.report);
  if (options.json) {
    fmt::print("{}\n", verification.report.dump(2));
  } else {
    for (const std::string& reason : verification.judgement.reasons) fmt::print("- {}\n", reason);
    fmt::print("{} ({})\n", strata::verdict_name(verification.judgement.verdict),
               verification.report.at("evidence").get<std::string>());
  }
  return strata::exit_code(verification.judgement.verdict);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Judges a refactored component against its original.", "verify_step");
  Options options;
  app.add_option("--original", options.step.original,
                 "component file, model.pt2 or model.pt2:module.path")
      ->required();
  app.add_option("--refactored", options.step.refactored,
                 "component file; children through its includes")
      ->required();
  app.add_option("--output", options.output, "report to write")->required();
  app.add_option("--weight-map", options.step.weight_map,
                 "JSON; default: made by name and structure");
  app.add_option("--rtol", options.rtol, "relative tolerance; default: the guide's, by dtype");
  app.add_option("--atol", options.atol, "absolute tolerance; default: the guide's, by dtype");
  app.add_option("--seeds", options.step.seeds, "trials, at least 3")->check(CLI::Range(3, 1000));
  app.add_option("--time-limit", options.time_limit, "seconds that one process may take")
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "print the report");
  return strata::run_program(app, {{&app, [&] { return run(options, app); }}}, argc, argv);
}
