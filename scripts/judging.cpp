#include "scripts/judging.h"

#include "scripts/command.h"
#include "scripts/values.h"

namespace strata {

int exit_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return kExitPass;
    case Verdict::kFail:
      return kExitFail;
    case Verdict::kError:
      break;
  }
  return kExitCouldNotJudge;
}

void add_isolation_options(CLI::App& app, Isolation& isolation) {
  app.add_option("--memory-limit", isolation.memory_bytes,
                 "bytes that a refactored component may take beyond its weights, such as 512M; "
                 "default: 8G")
      ->transform(size_in_bytes());
  app.add_flag("--weak-isolation", isolation.weak,
               "go on where the kernel lacks seccomp or Landlock; the report says so");
}

void add_check_options(CLI::App& app, std::string& arbiter, bool& gradients) {
  app.add_option("--arbiter", arbiter,
                 "fp64: also accept errors of at most twice the original's, against an fp64 replay")
      ->check(one_of({"fp64"}));
  app.add_flag("--gradients", gradients, "compare gradients of all inputs and parameters");
}

}  // namespace strata
