#include "scripts/command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "kernels_l0/error.h"

namespace strata {
namespace {

int exit_code_of(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitPass : kExitCouldNotJudge;
  }
  try {
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
