#include "verifier/runner.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kLargestAnswer = 512u << 20;  // bytes of JSON taken from one child
constexpr std::size_t kQuoted = 400;                // bytes of a dead child's stderr in its reason

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

[[noreturn]] void interrupted() {
  throw Error("runner.interrupted", "run: asked to stop by a signal; nothing was judged");
}

// A child that runs, as its parent sees it.
struct Process {
  pid_t id = -1;
  Descriptor handle;  // readable when the process has ended
  Descriptor answer;  // the read end of its pipe
  Descriptor errors;  // what it wrote to stderr
  std::string text;   // read from `answer` so far
  bool answered = false;
  bool out_of_time = false;
  Clock::time_point started;
  Clock::time_point deadline;
};

// --- in the child
// ----------------------------------------------------------------------------------------------------

void keep_only(std::vector<int> descriptors) {
  std::ranges::sort(descriptors);
  unsigned next = 3;
  for (int keep : descriptors) {
    if (keep < 3) continue;
    if (static_cast<unsigned>(keep) > next) {
      syscall(SYS_close_range, next, static_cast<unsigned>(keep) - 1, 0);
    }
    next = std::max(next, static_cast<unsigned>(keep) + 1);
  }
  syscall(SYS_close_range, next, ~0u, 0);
}

void write_all(int file, const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t written = write(file, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(125);
    at += static_cast<std::size_t>(written);
  }
}

void enter_child(const Stage& stage, int answer, int errors) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const sigset_t held = held_signals();
  sigprocmask(SIG_UNBLOCK, &held, nullptr);
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  std::vector<int> kept = stage.descriptors;
  kept.push_back(answer);
  keep_only(kept);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (stage.limits.file_bytes > 0) {
    const rlimit bytes{stage.limits.file_bytes, stage.limits.file_bytes};
    setrlimit(RLIMIT_FSIZE, &bytes);
  }
}

[[noreturn]] void be_child(const Stage& stage, const std::vector<Outcome>& earlier, int answer,
                           int errors) {
  enter_child(stage, answer, errors);
  json reply;
  try {
    reply = {{"result", stage.work(earlier)}};
  } catch (const Error& error) {
    // what() starts with "[id] ".
    const std::string message = std::string(error.what()).substr(error.id().size() + 3);
    reply = {{"error", {{"id", error.id()}, {"message", message}}}};
  } catch (const std::exception& thrown) {
    reply = {{"thrown", thrown.what()}};
  } catch (...) {
    reply = {{"thrown", "something that is not a std::exception"}};
  }
  write_all(answer, reply.dump(-1, ' ', false, json::error_handler_t::replace));
  _exit(0);
}

// --- in the parent
// ---------------------------------------------------------------------------------------------------

Process start(const Stage& stage, const std::vector<Outcome>& earlier) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw Error("runner.pipe",
                fmt::format("{}: a pipe is needed; got {}", stage.name, std::strerror(errno)));
  }
  Process process;
  process.answer = Descriptor(ends[0]);
  Descriptor write_end(ends[1]);
  process.errors = anonymous_file("stderr");
  process.started = Clock::now();
  process.deadline = process.started + stage.limits.time;
  process.id = fork();
  if (process.id < 0) {
    throw Error("runner.fork",
                fmt::format("{}: a process is needed; got {}", stage.name, std::strerror(errno)));
  }
  if (process.id == 0) be_child(stage, earlier, write_end.number(), process.errors.number());
  setpgid(process.id, process.id);
  process.handle = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process.id, 0)));
  fcntl(process.answer.number(), F_SETFL, O_NONBLOCK);
  return process;
}

void read_available(Process& process) {
  char block[1 << 16];
  while (!process.answered) {
    const ssize_t got = read(process.answer.number(), block, sizeof block);
    if (got > 0 && process.text.size() < kLargestAnswer) {
      process.text.append(block, static_cast<std::size_t>(got));
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else if (got < 0 && errno == EAGAIN) {
      return;
    } else {
      process.answered = true;
    }
  }
}

// Kills the process and all it has started that stayed in its group.
void kill_group(const Process& process) {
  if (process.id > 0) kill(-process.id, SIGKILL);
}

std::string last_words(const Process& process) {
  std::string text = read_whole(process.errors.number());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() > kQuoted) text = "..." + text.substr(text.size() - kQuoted);
  return text.empty() ? "" : "; its stderr ends: " + text;
}

void read_reply(const Process& process, Outcome& outcome) {
  const json reply = json::parse(process.text, nullptr, false);
  if (reply.is_object() && reply.contains("result")) {
    outcome.ending = Ending::kFinished;
    outcome.result = reply["result"];
  } else if (reply.is_object() && reply.contains("error") && reply["error"].is_object()) {
    outcome.ending = Ending::kError;
    outcome.error_id = reply["error"].value("id", "");
    outcome.reason = reply["error"].value("message", "");
  } else if (reply.is_object() && reply.contains("thrown") && reply["thrown"].is_string()) {
    outcome.ending = Ending::kThrew;
    outcome.reason = "threw: " + reply["thrown"].get<std::string>();
  } else {
    outcome.ending = Ending::kGarbled;
    outcome.reason = fmt::format("sent back {} bytes that are no answer", process.text.size());
  }
}

// Waits for a process that has ended and says how.
Outcome finish(Process& process, const Stage& stage) {
  int status = 0;
  rusage usage{};
  while (wait4(process.id, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  kill_group(process);
  process.id = -1;
  read_available(process);

  Outcome outcome;
  outcome.seconds = std::chrono::duration<double>(Clock::now() - process.started).count();
  outcome.peak_kib = usage.ru_maxrss;
  if (process.out_of_time) {
    outcome.ending = Ending::kTimedOut;
    outcome.reason = fmt::format("did not finish within {:.1f} s",
                                 std::chrono::duration<double>(stage.limits.time).count());
  } else if (WIFSIGNALED(status)) {
    outcome.ending = Ending::kCrashed;
    outcome.reason = fmt::format("ended by signal {} ({}){}", WTERMSIG(status),
                                 strsignal(WTERMSIG(status)), last_words(process));
  } else if (WEXITSTATUS(status) != 0 || process.text.empty()) {
    outcome.ending = Ending::kExited;
    outcome.reason = fmt::format("left with exit code {} before it was done{}", WEXITSTATUS(status),
                                 last_words(process));
  } else {
    read_reply(process, outcome);
  }
  return outcome;
}

// A job under way: its current process is that of stage `outcomes.size()`.
struct Running {
  std::size_t job = 0;
  std::vector<Outcome> outcomes;
  Process process;
};

// Kills what still runs when the loop is left by an exception.
struct Processes {
  std::vector<Running> running;
  ~Processes() {
    for (Running& one : running) {
      if (one.process.id <= 0) continue;
      kill_group(one.process);
      while (waitpid(one.process.id, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
};

int milliseconds_until(Clock::time_point then) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(then - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000));
}

// Sleeps until a process has ended, written something or run out of time.
void wait_for_news(std::vector<Running>& running, int signals) {
  std::vector<pollfd> watched;
  int timeout = 1000;
  for (Running& one : running) {
    watched.push_back({one.process.handle.number(), POLLIN, 0});
    watched.push_back({one.process.answered ? -1 : one.process.answer.number(), POLLIN, 0});
    timeout = std::min(timeout, milliseconds_until(one.process.deadline));
  }
  watched.push_back({signals, POLLIN, 0});
  poll(watched.data(), watched.size(), timeout);
  if ((watched.back().revents & POLLIN) != 0) interrupted();
  for (Running& one : running) {
    read_available(one.process);
    if (!one.process.out_of_time && Clock::now() >= one.process.deadline) {
      one.process.out_of_time = true;
      kill_group(one.process);
    }
  }
}

bool has_ended(const Process& process) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(process.id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == process.id;
}

}  // namespace

std::string_view ending_name(Ending ending) {
  switch (ending) {
    case Ending::kFinished:
      return "finished";
    case Ending::kError:
      return "error";
    case Ending::kThrew:
      return "threw";
    case Ending::kCrashed:
      return "crashed";
    case Ending::kExited:
      return "exited";
    case Ending::kTimedOut:
      return "timed_out";
    case Ending::kGarbled:
      return "garbled";
  }
  return "";
}

std::vector<std::vector<Outcome>> run_jobs(const std::vector<Job>& jobs,
                                           const RunOptions& options) {
  const sigset_t held = held_signals();
  Descriptor signals(signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
  std::vector<std::vector<Outcome>> results(jobs.size());
  Processes processes;
  std::vector<Running>& running = processes.running;
  const std::size_t parallel = static_cast<std::size_t>(std::max(options.parallel, 1));

  std::size_t next = 0;
  while (next < jobs.size() || !running.empty()) {
    while (running.size() < parallel && next < jobs.size()) {
      if (!jobs[next].stages.empty()) {
        running.push_back({next, {}, start(jobs[next].stages.front(), {})});
      }
      ++next;
    }
    if (running.empty()) continue;
    wait_for_news(running, signals.number());
    for (std::size_t i = 0; i < running.size();) {
      Running& one = running[i];
      if (!has_ended(one.process)) {
        ++i;
        continue;
      }
      const std::vector<Stage>& stages = jobs[one.job].stages;
      one.outcomes.push_back(finish(one.process, stages[one.outcomes.size()]));
      if (one.outcomes.back().ending == Ending::kFinished && one.outcomes.size() < stages.size()) {
        one.process = start(stages[one.outcomes.size()], one.outcomes);
        ++i;
        continue;
      }
      if (options.done) options.done(one.job, one.outcomes);
      results[one.job] = std::move(one.outcomes);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return results;
}

void hold_interrupts() {
  const sigset_t held = held_signals();
  sigprocmask(SIG_BLOCK, &held, nullptr);
}

void throw_if_interrupted() {
  sigset_t waiting;
  sigpending(&waiting);
  if (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1) interrupted();
}

}  // namespace strata
