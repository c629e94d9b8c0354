#include "verifier/verify.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "scripts/commands/commands.h"
#include "scripts/judging.h"
#include "scripts/progress.h"
#include "scripts/values.h"

namespace strata {
namespace {

struct Options {
  VerifyOptions verify;
  int time_limit = 300;
  std::string arbiter;
  bool json = false;
};

int run(const Options& options) {
  Progress bar;
  VerifyOptions verify = options.verify;
  verify.time_limit = std::chrono::seconds(options.time_limit);
  verify.arbiter = options.arbiter == "fp64";
  verify.progress = [&](std::size_t done, std::size_t total, const std::string& now) {
    bar.show(done, total, now);
  };
  const Verification verification = verify_folder(verify);
  bar.clear();
  fmt::print("{}\n", options.json ? to_json(verification).dump(2) : summary_text(verification));
  return exit_code(verification.judgement.verdict);
}

}  // namespace

Command verify_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "verify", "Judge a folder that decompose wrote: every step and the whole");
  app->add_option("DIR", options->verify.folder, "the folder")->required();
  app->add_option("--model", options->verify.model, "the archive, when it is not where it was");
  app->add_option("--jobs", options->verify.jobs, "processes at a time; default: one per processor")
      ->check(whole_number(1));
  app->add_option("--step", options->verify.step,
                  "judge only this step or kernel, by its folder's or component's name");
  app->add_option(
         "--user-kernel", options->verify.user_kernels,
         "a kernel, by its component's name, whose file is raw code of your own: judged by "
         "its numbers; may be given several times")
      ->allow_extra_args(false);
  app->add_option("--seeds", options->verify.seeds, "trials per step, at least 3")
      ->check(whole_number(3, 1000));
  app->add_option("--time-limit", options->time_limit, "seconds that one process may take")
      ->check(whole_number(1));
  app->add_flag("--fresh", options->verify.fresh, "judge unchanged steps anew, too");
  add_check_options(*app, options->arbiter, options->verify.gradients);
  app->add_option("--generate", options->verify.generate,
                  "a language model: write so many tokens with the tree and with the original")
      ->check(whole_number(1))
      ->excludes("--step");
  app->add_option("--repeat", options->verify.repeat,
                  "run the whole so often and say whether the bits are the same")
      ->check(whole_number(1, 1000));
  add_numbers(
      *app, "--threads",
      "run the whole on so many threads, such as 1,2, and say whether the bits are the same", 1,
      1024, [options](std::uint64_t count) {
        options->verify.threads.push_back(static_cast<int>(count));
      });
  app->add_option("--compare-checksums", options->verify.compare_checksums,
                  "another run's verification/checksums.json: names the first node that differs");
  add_isolation_options(*app, options->verify.isolation);
  app->add_flag("--json", options->json, "print the result as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
