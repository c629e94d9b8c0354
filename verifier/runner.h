#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

// The process boundary of the judge. The process that owns the verdict runs no operator: all tensor
// work is done in children that it forks, and comes back as JSON. A child that crashes, exits,
// hangs or writes nonsense is an Outcome, never an exception and never a broken report.

namespace strata {

class Error;

// What a child may use up.
struct Limits {
  std::chrono::milliseconds time{120'000};  // wall clock
  std::uint64_t file_bytes = 0;             // largest file it may write; 0: no limit
};

enum class Ending : std::uint8_t {
  kFinished,    // `result` holds what the work returned
  kError,       // it threw strata::Error: `error_id` and `reason` hold its id and message
  kThrew,       // it threw anything else
  kCrashed,     // ended by a signal
  kExited,      // left through exit() before the work was done
  kTimedOut,    // killed at Limits::time
  kGarbled,     // what it sent back can't be read
  kMisbehaved,  // it threw Misconduct
};

// "finished", "crashed", ... as reports spell it.
std::string_view ending_name(Ending ending);

// What an error says, without the "[id] " that what() starts with: reports have the two apart.
std::string message_of(const Error& error);

// What is being thrown, for people, without LibTorch's stack. For use in a handler: what() is
// foreign code too.
std::string thrown_words();

// Code that is not ours did what it must not do, and was seen doing it.
class Misconduct : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Outcome {
  Ending ending = Ending::kGarbled;
  nlohmann::json result;      // null unless finished
  std::string reason;         // for people; empty when finished
  std::string error_id;       // of the strata::Error
  double seconds = 0;         // wall clock
  std::int64_t peak_kib = 0;  // largest resident set
  nlohmann::json note;        // of HandOver; null when the process did not get that far
};

// Called in a child just before code that is not ours gets control in it, with a note for the
// parent, one object. From then on the process is not believed: whatever it reports but a result is
// a fault of that code, never kError, and its answer may be forged.
using HandOver = std::function<void(const nlohmann::json& note)>;

// The result of the stage that runs beside this one: waits until it is there.
using Awaited = std::function<nlohmann::json()>;

// One process. `work` runs in it, sees the outcomes of the job's earlier stages, and returns the
// result; `foreign` runs instead where it is set, for code that is not ours. So does `beside`: its
// stage starts together with the one before it, of which it sees the result alone; it is ended when
// that one does not finish, and its time counts from when that one has.
struct Stage {
  std::string name;
  std::function<nlohmann::json(const std::vector<Outcome>&)> work;
  Limits limits;
  std::vector<int>
      descriptors;  // which the process keeps, beside its own way back; all others are closed
  std::function<nlohmann::json(const std::vector<Outcome>&, const HandOver&)> foreign = {};
  // Whether the stage is to run, by what ended before it starts; always when it is not set.
  std::function<bool(const std::vector<Outcome>&)> needed = {};
  std::function<nlohmann::json(const std::vector<Outcome>&, const Awaited&)> beside = {};
};

// Stages of one job run one after another, but for those that run beside the one before, each in a
// fresh process, up to the first that does not finish or is not needed.
struct Job {
  std::string name;
  std::vector<Stage> stages;
  // Bytes of its own that it takes up at most, and of those that it has in common with all other
  // jobs that have some: two that use up to `shared` bytes of one file take up the larger number
  // together. Counted by RunOptions::memory alone.
  std::uint64_t memory = 0;
  std::uint64_t shared = 0;
};

struct RunOptions {
  int parallel = 1;  // jobs at a time
  // Called in this process when a job is done: its index in the list and its outcomes.
  std::function<void(std::size_t, const std::vector<Outcome>&)> done;
  std::uint64_t memory = 0;  // bytes that jobs at the same time may take up; 0: no limit
};

// Runs all jobs and returns the outcomes of each, one per stage that was started, in the order of
// the jobs. The first in the list for which there is room is started next; one for which there
// never is runs alone. No thread may be running in this process. When SIGINT or SIGTERM is blocked
// and arrives, all children are killed and Error{"runner.interrupted"} is thrown.
std::vector<std::vector<Outcome>> run_jobs(const std::vector<Job>& jobs, const RunOptions& options);

// Blocks SIGINT and SIGTERM in this thread, so that they end the program only where it asks: in
// run_jobs and in throw_if_interrupted.
void hold_interrupts();
// Throws Error{"runner.interrupted"} when a held signal is waiting.
void throw_if_interrupted();

}  // namespace strata
