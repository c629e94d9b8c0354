// The command-line program: takes exported PyTorch models apart and judges the parts.

#include "scripts/command.h"
#include "scripts/commands/commands.h"

int main(int argc, char** argv) {
  CLI::App app(
      "Takes exported PyTorch models apart into small standalone C++ modules, and proves them "
      "right.",
      "strata");
  app.require_subcommand(1);
  strata::run_program(
      app,
      {strata::decompose_command(app), strata::verify_command(app), strata::show_command(app),
       strata::scan_command(app), strata::flops_command(app), strata::kernels_command(app),
       strata::diff_command(app)},
      argc, argv);
}
