#include "scripts/command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "kernels_l0/error.h"
#include "verifier/runner.h"

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
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::PositiveNumber);
  app.add_flag("--weak-isolation", isolation.weak,
               "go on where the kernel lacks seccomp or Landlock; the report says so");
}

void add_check_options(CLI::App& app, std::string& arbiter, bool& gradients) {
  app.add_option("--arbiter", arbiter,
                 "fp64: also accept errors of at most twice the original's, against an fp64 replay")
      ->check(CLI::IsMember({"fp64"}));
  app.add_flag("--gradients", gradients, "compare gradients of all inputs and parameters");
}

namespace {

int exit_code_of(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitPass : kExitCouldNotJudge;
  }
  try {
    hold_interrupts();
    for (const Command& command : commands) {
      if (command.app->parsed()) return command.run();
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}: {}\n", app.get_name(), error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: [internal] {}\n", app.get_name(), error.what());
  }
  return kExitCouldNotJudge;
}

}  // namespace

void run_program(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
  int code = exit_code_of(app, commands, argc, argv);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr,
               "{}: [output.stdout] standard output: must take all that is printed; got {}; free "
               "some space or print elsewhere\n",
               app.get_name(), std::strerror(errno));
    code = kExitCouldNotJudge;
  }
  std::fflush(stderr);
  std::_Exit(code);
}

}  // namespace strata
