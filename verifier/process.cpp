#include "verifier/process.h"

#include <cxxabi.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <typeinfo>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

// Bytes of JSON taken from one child.
constexpr std::size_t kLargestAnswer = 512u << 20;
constexpr std::size_t kLargestForeignAnswer = 64u << 20;
constexpr int kDeepestAnswer = 32;
constexpr std::size_t kQuoted = 400;  // bytes of a dead child's stderr in its reason

// --- in the child

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

// What a process has from its parent beside the stage.
struct Ends {
  int answer = -1;
  int errors = -1;
  int given = -1;
  int gate = -1;
};

void enter_child(const Stage& stage, const Ends& ends) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const sigset_t held = held_signals();
  sigprocmask(SIG_UNBLOCK, &held, nullptr);
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(ends.errors, STDERR_FILENO);
  std::vector<int> kept = stage.descriptors;
  kept.insert(kept.end(), {ends.answer, ends.given, ends.gate});
  keep_only(kept);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (stage.limits.file_bytes > 0) {
    const rlimit bytes{stage.limits.file_bytes, stage.limits.file_bytes};
    setrlimit(RLIMIT_FSIZE, &bytes);
  }
}

json await_result(const Ends& ends) {
  std::uint64_t there = 0;
  while (read(ends.gate, &there, sizeof there) < 0 && errno == EINTR) {
  }
  return json::parse(read_whole(ends.given));
}

json run_stage(const Stage& stage, const std::vector<Outcome>& earlier, const Ends& ends,
               const HandOver& hand_over) {
  if (stage.foreign) return stage.foreign(earlier, hand_over);
  if (stage.beside) return stage.beside(earlier, [&] { return await_result(ends); });
  return stage.work(earlier);
}

// Runs the stage and returns what is to be sent back.
json reply_of(const Stage& stage, const std::vector<Outcome>& earlier, const Ends& ends) {
  bool handed_over = false;
  const HandOver hand_over = [&](const json& note) {
    write_all(ends.answer, note.dump() + "\n");
    handed_over = true;
  };
  try {
    return {{"result", run_stage(stage, earlier, ends, hand_over)}};
  } catch (const Misconduct& misconduct) {
    return {{"misconduct", misconduct.what()}};
  } catch (const Error& error) {
    if (handed_over) return {{"thrown", thrown_words()}};
    return {{"error", {{"id", error.id()}, {"message", message_of(error)}}}};
  } catch (...) {
    return {{"thrown", thrown_words()}};
  }
}

[[noreturn]] void be_child(const Stage& stage, const std::vector<Outcome>& earlier,
                           const Ends& ends) {
  enter_child(stage, ends);
  const json reply = reply_of(stage, earlier, ends);
  write_all(ends.answer, reply.dump(-1, ' ', false, json::error_handler_t::replace));
  _exit(0);
}

// --- in the parent

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

}  // namespace

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

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

Process start(const Stage& stage, const std::vector<Outcome>& earlier) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw Error("runner.pipe",
                fmt::format("{}: a pipe is needed; got {}", stage.name, std::strerror(errno)));
  }
  Process process;
  process.answer = Descriptor(ends[0]);
  Descriptor write_end(ends[1]);
  if (stage.beside) {
    process.given = anonymous_file("result of the stage beside");
    process.gate = Descriptor(eventfd(0, EFD_CLOEXEC));
    if (!process.gate.open()) {
      throw Error("runner.pipe", fmt::format("{}: an event descriptor is needed; got {}",
                                             stage.name, std::strerror(errno)));
    }
  }
  process.errors = anonymous_file("stderr");
  process.most_text = stage.foreign ? kLargestForeignAnswer : kLargestAnswer;
  process.started = Clock::now();
  process.deadline = stage.beside ? Clock::time_point::max() : process.started + stage.limits.time;
  process.id = fork();
  if (process.id < 0) {
    throw Error("runner.fork",
                fmt::format("{}: a process is needed; got {}", stage.name, std::strerror(errno)));
  }
  if (process.id == 0) {
    be_child(stage, earlier,
             {write_end.number(), process.errors.number(), process.given.number(),
              process.gate.number()});
  }
  setpgid(process.id, process.id);
  process.handle = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process.id, 0)));
  fcntl(process.answer.number(), F_SETFL, O_NONBLOCK);
  return process;
}

void give_result(Process& process, const Stage& stage, const json& result) {
  const std::string text = result.dump(-1, ' ', false, json::error_handler_t::replace);
  append_bytes(process.given.number(), text.data(), text.size());
  const std::uint64_t there = 1;
  while (write(process.gate.number(), &there, sizeof there) < 0 && errno == EINTR) {
  }
  process.deadline = Clock::now() + stage.limits.time;
}

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

bool has_ended(const Process& process) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(process.id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == process.id;
}

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

}  // namespace strata
