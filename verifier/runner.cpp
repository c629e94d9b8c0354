#include "verifier/runner.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"
#include "verifier/process.h"

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void interrupted() {
  throw Error("runner.interrupted", "run: asked to stop by a signal; nothing was judged");
}

// A job under way: its current process is that of stage `outcomes.size()`; `beside` is that of the
// next where they run together.
struct Running {
  std::size_t job = 0;
  std::vector<Outcome> outcomes;
  Process process;
  Process beside;
};

void end(Process& process) {
  if (process.id <= 0) return;
  kill_group(process);
  while (waitpid(process.id, nullptr, 0) < 0 && errno == EINTR) {
  }
  process.id = -1;
}

// Kills what still runs when the loop is left by an exception.
struct Processes {
  std::vector<Running> running;
  ~Processes() {
    for (Running& one : running) {
      end(one.process);
      end(one.beside);
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

// Starts the stage after those that ended, and the next where that one runs beside it.
void start_next(Running& one, const std::vector<Stage>& stages) {
  const std::size_t next = one.outcomes.size();
  one.process = start(stages[next], one.outcomes);
  if (next + 1 == stages.size()) return;
  const Stage& other = stages[next + 1];
  if (other.beside && (!other.needed || other.needed(one.outcomes)))
    one.beside = start(other, one.outcomes);
}

// Goes on to the stage after the last that ended.
void move_on(Running& one, const std::vector<Stage>& stages) {
  if (one.beside.id <= 0) return start_next(one, stages);
  give_result(one.beside, stages[one.outcomes.size()], one.outcomes.back().result);
  one.process = std::exchange(one.beside, {});
}

// Whether the job has another stage to run.
bool goes_on(const Running& one, const std::vector<Stage>& stages) {
  if (one.outcomes.back().ending != Ending::kFinished || one.outcomes.size() == stages.size())
    return false;
  const Stage& next = stages[one.outcomes.size()];
  if (next.beside) return one.beside.id > 0;
  return !next.needed || next.needed(one.outcomes);
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
      running.push_back({*next, {}, {}, {}});
      start_next(running.back(), jobs[*next].stages);
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
      if (goes_on(one, stages)) {
        move_on(one, stages);
        ++i;
        continue;
      }
      end(one.beside);
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
