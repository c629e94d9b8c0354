#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "verifier/descriptor.h"
#include "verifier/runner.h"

// One process of the runner's, from its start to its outcome.

namespace strata {

// A child that runs, as its parent sees it.
struct Process {
  pid_t id = -1;
  Descriptor handle;  // readable when the process has ended
  Descriptor answer;  // the read end of its pipe
  Descriptor errors;  // what it wrote to stderr
  // Of a process that runs beside another: takes that one's result, and an eventfd that says when.
  Descriptor given;
  Descriptor gate;
  std::string text;  // read from `answer` so far
  std::size_t most_text = 0;
  bool answered = false;
  bool too_much = false;
  bool out_of_time = false;
  std::chrono::steady_clock::time_point started;
  std::chrono::steady_clock::time_point deadline;
};

// SIGINT and SIGTERM, which the runner holds back and its children don't.
sigset_t held_signals();

// Forks a process that runs the stage. Throws Error{"runner.pipe"}, Error{"runner.fork"}.
Process start(const Stage& stage, const std::vector<Outcome>& earlier);

// Gives a process the result that it awaits. Its time counts from now on.
void give_result(Process& process, const Stage& stage, const nlohmann::json& result);

// Kills the process and all it has started that stayed in its group.
void kill_group(const Process& process);

// Reads what it has sent so far, and no more than it may send.
void read_available(Process& process);

bool has_ended(const Process& process);

// Waits for a process that has ended and says how.
Outcome finish(Process& process, const Stage& stage);

}  // namespace strata
