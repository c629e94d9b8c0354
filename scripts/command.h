#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace strata {

// A program's exit codes.
inline constexpr int kExitPass = 0;
inline constexpr int kExitFail = 1;
inline constexpr int kExitCouldNotJudge = 2;

// A subcommand: its options are part of `app`, and `run` does its work and returns the exit code.
struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

// Parses the command line, runs the subcommand that it names and ends the process with the exit
// code. Errors are printed to stderr, here and nowhere else. LibTorch's own clearing away, 80 ms of
// it, is left out.
[[noreturn]] void run_program(CLI::App& app, const std::vector<Command>& commands, int argc,
                              char** argv);

}  // namespace strata
