// The command-line program with all its subcommands, linked to LibTorch. `strata` starts it.

#include "scripts/command.h"
#include "scripts/commands/commands.h"
#include "verifier/runner.h"

int main(int argc, char** argv) {
  CLI::App app(strata::kProgramPurpose, strata::kProgramName);
  app.require_subcommand(1);
  const std::vector<strata::Command> commands = {
      strata::decompose_command(app), strata::verify_command(app), strata::show_command(app),
      strata::scan_command(app),      strata::flops_command(app),  strata::kernels_command(app),
      strata::diff_command(app)};
  strata::hold_interrupts();
  strata::run_program(app, commands, argc, argv);
}
