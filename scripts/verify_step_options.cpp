#include "scripts/verify_step_options.h"

#include <cstdint>
#include <limits>

#include "scripts/judging.h"
#include "scripts/values.h"

namespace strata {

void add_options(CLI::App& app, VerifyStepCommand& command) {
  VerifyStepOptions& step = command.step;
  app.add_option(
      "--original", step.original,
      "component file, model.pt2, model.pt2:module.path, or a step or kernel of a folder that "
      "decompose wrote, as FOLDER:NAME");
  app.add_option("--refactored", step.refactored, "component file; children through its includes");
  app.add_option("--output", command.output, "report to write");
  app.add_option("--weight-map", step.weight_map, "JSON; default: made by name and structure");
  app.add_option("--user-kernel", step.user_kernels,
                 "a file, the refactored one or a kernel below it, that is raw code of your own: "
                 "judged by its numbers; may be given several times")
      ->allow_extra_args(false);
  app.add_option("--rtol", command.rtol, "relative tolerance; default: the guide's, by dtype")
      ->check(number_from_zero());
  app.add_option("--atol", command.atol, "absolute tolerance; default: the guide's, by dtype")
      ->check(number_from_zero());
  auto* seeds =
      app.add_option("--seeds", step.seeds, "trials, at least 3")->check(whole_number(3, 1000));
  add_numbers(app, "--seed-list", "seeds of the trials after the first, at least 2; default: drawn",
              0, std::numeric_limits<std::uint64_t>::max(),
              [&step](std::uint64_t seed) { step.seed_list.push_back(seed); })
      ->excludes(seeds);
  add_check_options(app, command.arbiter, step.gradients);
  app.add_flag("--always-probe", step.always_probe,
               "run the probes even where the step is proved for all inputs");
  app.add_option("--device", step.device, "where to run; default: cpu");
  app.add_option("--counterexample", step.counterexample,
                 "folder written on a fail; default: beside the report");
  app.add_option("--replay", command.replay, "judge this counterexample again");
  app.add_option("--time-limit", command.time_limit, "seconds that one process may take")
      ->check(whole_number(1));
  add_isolation_options(app, step.isolation);
  app.add_flag("--json", command.json, "print the report");
}

}  // namespace strata
