#include "verifier/sandbox/sandbox.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "kernels_l0/error.h"
#include "verifier/sandbox/landlock.h"
#include "verifier/sandbox/seccomp.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr std::uint64_t kStack = std::uint64_t{64} << 20;  // bytes; endless recursion ends here

// What LibTorch reads of the machine: a seed for its generator, processors to decide on threads.
constexpr const char* kMachine[] = {"/dev/urandom", "/proc/cpuinfo", "/proc/meminfo",
                                    "/sys/devices/system/cpu"};

// Bytes of private, writable memory that this process has mapped: what RLIMIT_DATA counts.
std::uint64_t mapped_data() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  file >> size >> resident >> shared >> text >> library >> data;
  return data * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Lowers a limit; never raises one.
std::uint64_t limit(__rlimit_resource resource, std::uint64_t wanted) {
  rlimit now{};
  getrlimit(resource, &now);
  const std::uint64_t least = std::min<std::uint64_t>(wanted, now.rlim_max);
  const rlimit both{least, least};
  if (setrlimit(resource, &both) != 0) {
    throw Error("isolation.limits",
                fmt::format("isolation of the refactored component: a limit of {} must be set; got "
                            "'{}'",
                            least, std::strerror(errno)));
  }
  return least;
}

// Mapped weights are no memory of its own, so the limit starts from what is mapped now. The
// component is first made with parameters of the weights' size, and later trials draw a copy.
json set_limits(const Isolation& isolation, const SandboxNeeds& needs) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(needs.time).count() + 1;
  const std::uint64_t data = mapped_data() + 2 * needs.weights_bytes + isolation.memory_bytes;
  return {
      {"memory_bytes", isolation.memory_bytes},
      {"data_bytes", limit(RLIMIT_DATA, data)},
      {"processor_seconds", limit(RLIMIT_CPU, static_cast<std::uint64_t>(seconds * needs.threads))},
      {"file_bytes", limit(RLIMIT_FSIZE, isolation.memory_bytes)},
      {"stack_bytes", limit(RLIMIT_STACK, kStack)}};
}

// Threads that run already would stay outside of Landlock.
void require_one_thread() {
  const auto threads = std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                                     std::filesystem::directory_iterator());
  if (threads != 1) {
    throw Error("isolation.threads",
                fmt::format("isolation of the refactored component: no thread may run yet; got {}",
                            threads));
  }
}

}  // namespace

json enter_sandbox(const Isolation& isolation, const SandboxNeeds& needs) {
  json report = to_json(isolation);
  require_one_thread();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    throw Error("isolation.privileges",
                fmt::format("isolation of the refactored component: no_new_privs must be set; got "
                            "'{}'",
                            std::strerror(errno)));
  }
  report["limits"] = is_on(isolation, Protection::kLimits) ? set_limits(isolation, needs) : json();
  report["limits"]["wall_seconds"] = static_cast<double>(needs.time.count()) / 1000;
  report["limits"]["threads"] = needs.threads;
  report["limits"]["processes"] = is_on(isolation, Protection::kSystemCalls) ? json(0) : json();
  if (is_on(isolation, Protection::kFiles)) {
    std::vector<std::filesystem::path> readable = needs.readable;
    readable.insert(readable.end(), std::begin(kMachine), std::end(kMachine));
    restrict_files(readable, isolation.kernel.landlock);
  }
  if (is_on(isolation, Protection::kSystemCalls)) restrict_system_calls(needs.threads > 1);
  return report;
}

}  // namespace strata
