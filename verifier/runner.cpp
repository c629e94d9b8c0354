#include "verifier/runner.h"

#include <cxxabi.h>
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
#include <memory>
#include <optional>
#include <typeinfo>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

// Bytes of JSON taken from one child.
constexpr std::size_t kLargestAnswer = 512u << 20;
constexpr std::size_t kLargestForeignAnswer = 64u << 20;
constexpr int kDeepestAnswer = 32;
constexpr std::size_t kQuoted = 400;  // bytes of a dead child's stderr in its reason

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
  std::size_t most_text = kLargestAnswer;
  bool answered = false;
  bool too_much = false;
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

// What is being thrown, for people. For use in a handler: what() is foreign code too.
std::string thrown_words() {
  constexpr std::size_t kLongest = 4000;
  try {
    throw;
  } catch (const std::exception& thrown) {
    const char* what = thrown.what();
    if (what == nullptr) return "an exception without words";
    // LibTorch's have the stack behind the message.
    const std::string_view words(what, strnlen(what, kLongest));
    return std::string(words.substr(0, words.find("\nException raised from ")));
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr) return "something without a type";
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free);
    return fmt::format("something that is not a std::exception ({})",
                       name ? name.get() : type->name());
  }
}

// Runs the stage and returns what is to be sent back.
json reply_of(const Stage& stage, const std::vector<Outcome>& earlier, int answer) {
  bool handed_over = false;
  const HandOver hand_over = [&](const json& note) {
    write_all(answer, note.dump() + "\n");
    handed_over = true;
  };
  try {
    return {{"result", stage.foreign ? stage.foreign(earlier, hand_over) : stage.work(earlier)}};
  } catch (const Misconduct& misconduct) {
    return {{"misconduct", misconduct.what()}};
  } catch (const Error& error) {
    if (handed_over) return {{"thrown", thrown_words()}};
    return {{"error", {{"id", error.id()}, {"message", message_of(error)}}}};
  } catch (...) {
    return {{"thrown", thrown_words()}};
  }
}

[[noreturn]] void be_child(const Stage& stage, const std::vector<Outcome>& earlier, int answer,
                           int errors) {
  enter_child(stage, answer, errors);
  const json reply = reply_of(stage, earlier, answer);
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
  if (stage.foreign) process.most_text = kLargestForeignAnswer;
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

// Kills the process and all it has started that stayed in its group.
void kill_group(const Process& process) {
  if (process.id > 0) kill(-process.id, SIGKILL);
}

void read_available(Process& process) {
  char block[1 << 16];
  while (!process.answered) {
    const ssize_t got = read(process.answer.number(), block, sizeof block);
    if (got > 0 && process.text.size() + static_cast<std::size_t>(got) <= process.most_text) {
      process.text.append(block, static_cast<std::size_t>(got));
    } else if (got > 0) {
      process.too_much = true;
      kill_group(process);
      process.answered = true;
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else if (got < 0 && errno == EAGAIN) {
      return;
    } else {
      process.answered = true;
    }
  }
}

std::string last_words(const Process& process) {
  std::string text = read_end(process.errors.number(), kQuoted);
  const bool all = text.size() < kQuoted;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (!all) text = "..." + text;
  return text.empty() ? "" : "; its stderr ends: " + text;
}

// Parses what may have been written to exhaust this process; a value that was discarded when it
// can't be read.
json parse_answer(std::string_view text) {
  const auto shallow = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepestAnswer) throw std::length_error("too deep");
    return true;
  };
  try {
    return json::parse(text, shallow, /*allow_exceptions=*/false);
  } catch (const std::length_error&) {
    return json::value_t::discarded;
  }
}

std::string text_entry(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void read_reply(std::string_view text, Outcome& outcome) {
  const json reply = parse_answer(text);
  const bool believed = outcome.note.is_null();
  if (reply.is_object() && reply.contains("result")) {
    outcome.ending = Ending::kFinished;
    outcome.result = reply["result"];
  } else if (reply.is_object() && reply.contains("error") && reply["error"].is_object()) {
    outcome.ending = believed ? Ending::kError : Ending::kGarbled;
    outcome.error_id = text_entry(reply["error"], "id");
    outcome.reason = text_entry(reply["error"], "message");
    if (!believed) outcome.reason = "sent back an error of the judge's: " + outcome.reason;
  } else if (reply.is_object() && reply.contains("misconduct")) {
    outcome.ending = Ending::kMisbehaved;
    outcome.reason = text_entry(reply, "misconduct");
  } else if (reply.is_object() && reply.contains("thrown") && reply["thrown"].is_string()) {
    outcome.ending = Ending::kThrew;
    outcome.reason = "threw: " + reply["thrown"].get<std::string>();
  } else {
    outcome.ending = Ending::kGarbled;
    outcome.reason = fmt::format("sent back {} bytes that are no answer", text.size());
  }
}

// Takes the note of a process that has handed itself over, and returns the rest.
std::string_view take_note(const Stage& stage, const std::string& text, Outcome& outcome) {
  const std::size_t end = stage.foreign ? text.find('\n') : std::string::npos;
  if (end == std::string::npos) return text;
  outcome.note = parse_answer(std::string_view(text).substr(0, end));
  return std::string_view(text).substr(end + 1);
}

std::string signal_words(int signal, const Process& process) {
  if (signal == SIGSYS) {
    const std::string words = last_words(process);
    // The C library blocks signals while it starts one, so nobody could say which call it was.
    return "made a system call that it must not make" +
           (words.empty() ? ", with signals blocked, as when a process or thread is started"
                          : words);
  }
  return fmt::format("ended by signal {} ({}){}", signal, strsignal(signal), last_words(process));
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
  const std::string_view text = take_note(stage, process.text, outcome);
  if (process.too_much) {
    outcome.ending = Ending::kGarbled;
    outcome.reason = fmt::format("sent back more than {} MiB", process.most_text >> 20);
  } else if (process.out_of_time) {
    outcome.ending = Ending::kTimedOut;
    outcome.reason = fmt::format("did not finish within {:.1f} s",
                                 std::chrono::duration<double>(stage.limits.time).count());
  } else if (WIFSIGNALED(status)) {
    outcome.ending = Ending::kCrashed;
    outcome.reason = signal_words(WTERMSIG(status), process);
  } else if (WEXITSTATUS(status) != 0 || text.empty()) {
    outcome.ending = Ending::kExited;
    outcome.reason = fmt::format("left with exit code {} before it was done{}", WEXITSTATUS(status),
                                 last_words(process));
  } else {
    read_reply(text, outcome);
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

// Whether the job has another stage to run.
bool goes_on(const std::vector<Stage>& stages, const std::vector<Outcome>& outcomes) {
  if (outcomes.back().ending != Ending::kFinished || outcomes.size() == stages.size()) return false;
  const Stage& next = stages[outcomes.size()];
  return !next.needed || next.needed(outcomes);
}

// The first of `waiting` that fits beside what runs, or the end.
std::vector<std::size_t>::const_iterator next_that_fits(const std::vector<std::size_t>& waiting,
                                                        const std::vector<Job>& jobs,
                                                        const std::vector<Running>& running,
                                                        std::uint64_t most) {
  if (most == 0 || running.empty()) return waiting.begin();
  std::uint64_t own = 0;
  std::uint64_t shared = 0;
  for (const Running& one : running) {
    own += jobs[one.job].memory;
    shared = std::max(shared, jobs[one.job].shared);
  }
  return std::ranges::find_if(waiting, [&](std::size_t job) {
    return own + jobs[job].memory + std::max(shared, jobs[job].shared) <= most;
  });
}

bool has_ended(const Process& process) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(process.id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == process.id;
}

}  // namespace

std::string message_of(const Error& error) {
  return std::string(error.what()).substr(error.id().size() + 3);
}

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
    case Ending::kMisbehaved:
      return "misbehaved";
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

  std::vector<std::size_t> waiting;
  for (std::size_t job = 0; job < jobs.size(); ++job)
    if (!jobs[job].stages.empty()) waiting.push_back(job);
  while (!waiting.empty() || !running.empty()) {
    while (running.size() < parallel && !waiting.empty()) {
      const auto next = next_that_fits(waiting, jobs, running, options.memory);
      if (next == waiting.end()) break;
      running.push_back({*next, {}, start(jobs[*next].stages.front(), {})});
      waiting.erase(next);
    }
    wait_for_news(running, signals.number());
    for (std::size_t i = 0; i < running.size();) {
      Running& one = running[i];
      if (!has_ended(one.process)) {
        ++i;
        continue;
      }
      const std::vector<Stage>& stages = jobs[one.job].stages;
      one.outcomes.push_back(finish(one.process, stages[one.outcomes.size()]));
      if (goes_on(stages, one.outcomes)) {
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
