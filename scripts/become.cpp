#include "scripts/become.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "scripts/command.h"

namespace strata {
namespace {

// The C library reads this when a program starts. A tensor's memory in huge pages costs half of the
// time that the kernel takes for it in small ones.
void ask_for_huge_pages() {
  constexpr char kName[] = "GLIBC_TUNABLES";
  const char* set = std::getenv(kName);
  const std::string tunables = set == nullptr ? "" : set;
  if (tunables.find("glibc.malloc.hugetlb") != std::string::npos) return;
  setenv(kName, (tunables + (tunables.empty() ? "" : ":") + "glibc.malloc.hugetlb=1").c_str(), 1);
}

}  // namespace

int become(const char* self, const char* name, char** argv) {
  std::error_code unknown;
  const auto program =
      std::filesystem::read_symlink("/proc/self/exe", unknown).replace_filename(name);
  ask_for_huge_pages();
  execv(program.c_str(), argv);
  fmt::print(stderr,
             "{}: [program.missing] {}: must be there to run; got {}; build the target {}\n", self,
             program.string(), std::strerror(errno), name);
  return kExitCouldNotJudge;
}

}  // namespace strata
