// The command-line program. It scans by itself and leaves the rest to strata-torch: LibTorch takes
// longer to start than an unchanged component takes to scan.

#include <string_view>

#include "scripts/become.h"
#include "scripts/command.h"
#include "scripts/commands/commands.h"

int main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "scan")
    return strata::become(strata::kProgramName, "strata-torch", argv);
  CLI::App app(strata::kProgramPurpose, strata::kProgramName);
  strata::run_program(app, {strata::scan_command(app)}, argc, argv);
}
