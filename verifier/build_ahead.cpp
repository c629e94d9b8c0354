#include "verifier/build_ahead.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "verifier/temporary_folder.h"

namespace strata {
namespace {

constexpr int kNiceness = 10;

// It ends soon, and then has cleared away what it made.
void leave_terminal() {
  sigset_t interrupts;
  sigemptyset(&interrupts);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&interrupts, signal);
  sigprocmask(SIG_BLOCK, &interrupts, nullptr);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
}

[[noreturn]] void build(const ComponentSource& source, const JudgedAs& as,
                        const ScanSettings& settings, Turn turn) {
  // A child of its own, so that nobody has to wait for this one.
  if (fork() != 0) _exit(0);
  leave_terminal();
  if (turn == Turn::kLeaves) setpriority(PRIO_PROCESS, 0, kNiceness);
  try {
    const TemporaryFolder scratch;
    build_component(source, scratch.path(), as, settings);
  } catch (const std::exception&) {
    // Said by who needs it.
  }
  _exit(0);
}

}  // namespace

void build_ahead(const ComponentSource& source, const JudgedAs& as, const ScanSettings& settings,
                 Turn turn) {
  if (!settings.reuse) return;
  const TemporaryFolder scratch;
  const ScanRequest request = build_request(source, scratch.path(), as, settings);
  const bool kept = request.main.parent_path() != scratch.path();  // else the cache takes nothing
  if (!kept || is_answered(request, settings)) return;
  const pid_t child = fork();
  if (child == 0) build(source, as, settings, turn);
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace strata
