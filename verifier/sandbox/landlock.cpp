#include "verifier/sandbox/landlock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"

namespace strata {
namespace {

// The kernel's interface, written down here because older systems' headers have only part of it.
// <linux/landlock.h> describes it.
struct Ruleset {
  std::uint64_t files = 0;    // handled_access_fs
  std::uint64_t network = 0;  // handled_access_net, from version 4
  std::uint64_t scoped = 0;   // from version 6
};
struct [[gnu::packed]] BeneathPath {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

constexpr unsigned kVersionFlag = 1;  // LANDLOCK_CREATE_RULESET_VERSION
constexpr int kPathBeneath = 1;       // LANDLOCK_RULE_PATH_BENEATH
constexpr std::uint64_t kReadFile = 1 << 2;
constexpr std::uint64_t kReadFolder = 1 << 3;

// All rights to files that this version knows.
std::uint64_t file_rights(int version) {
  std::uint64_t rights = (1 << 13) - 1;  // execute, write, read, make, remove
  if (version >= 2) rights |= 1 << 13;   // link and rename across folders
  if (version >= 3) rights |= 1 << 14;   // truncate
  if (version >= 5) rights |= 1 << 15;   // ioctl on devices
  return rights;
}

[[noreturn]] void refuse(const std::string& what) {
  throw Error("isolation.landlock",
              fmt::format("isolation of the refactored component: the kernel must restrict files; "
                          "got '{}' from {}; allow Landlock here, or accept less with "
                          "--weak-isolation",
                          std::strerror(errno), what));
}

void allow_reading(int ruleset, const std::filesystem::path& path) {
  const Descriptor place(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.open()) return;
  BeneathPath rule;
  rule.allowed = std::filesystem::is_directory(path) ? kReadFile | kReadFolder : kReadFile;
  rule.parent = place.number();
  if (syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0) != 0)
    refuse("landlock_add_rule for " + path.string());
}

}  // namespace

int landlock_offered() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionFlag);
  return version > 0 ? static_cast<int>(version) : 0;
}

void restrict_files(const std::vector<std::filesystem::path>& readable, int version) {
  Ruleset wanted;
  wanted.files = file_rights(version);
  if (version >= 4) wanted.network = 3;  // bind and connect
  if (version >= 6) wanted.scoped = 3;   // abstract sockets and signals
  const Descriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0)));
  if (!ruleset.open()) refuse("landlock_create_ruleset");
  for (const std::filesystem::path& path : readable) allow_reading(ruleset.number(), path);
  if (syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0)
    refuse("landlock_restrict_self");
}

}  // namespace strata
