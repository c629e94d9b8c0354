// The command-line program. It scans by itself and leaves the rest to strata-torch: LibTorch takes
// longer to start than an unchanged component takes to scan.

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "scripts/command.h"
#include "scripts/commands/commands.h"

namespace {

// Becomes the program of this name in the same folder.
int become(const char* name, char** argv) {
  std::error_code unknown;
  const auto program =
      std::filesystem::read_symlink("/proc/self/exe", unknown).replace_filename(name);
  execv(program.c_str(), argv);
  fmt::print(stderr,
             "strata: [program.missing] {}: must be there to run; got {}; build the target {}\n",
             program.string(), std::strerror(errno), name);
  return strata::kExitCouldNotJudge;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "scan") return become("strata-torch", argv);
  CLI::App app(strata::kProgramPurpose, strata::kProgramName);
  strata::run_program(app, {strata::scan_command(app)}, argc, argv);
}
