#include "scripts/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "kernels_l0/error.h"

namespace strata {
namespace {

// "strata verify"
std::string names_of(const CLI::App& app) {
  std::string names = app.get_name();
  for (const CLI::App* command : app.get_subcommands()) names += " " + command->get_name();
  return names;
}

// An empty word names nothing, and an option that is given one is not left out.
void require_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (std::ranges::find(option->results(), "") == option->results().end()) continue;
    throw Error("command_line", fmt::format("{}: must have a value; got an empty one; leave it out "
                                            "or name something",
                                            option->get_name()));
  }
  for (const CLI::App* command : app.get_subcommands()) require_values(*command);
}

int exit_code_of(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "{}: [command_line] {}; `{} --help` lists the options\n", app.get_name(),
               error.what(), names_of(app));
    return kExitCouldNotJudge;
  }
  try {
    require_values(app);
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
