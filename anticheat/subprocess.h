#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace strata {

struct ProcessResult {
  int status = 0;  // exit code; -1 when it was ended by a signal
  int signal = 0;  // 0 when it ended by itself
  bool timed_out = false;
  std::string output;  // what it wrote to its standard output
  std::string errors;  // the last 8 kB of its standard error
};

// Runs a program to its end with `input` on its standard input, and ends it when the clock's time
// is up; when it has used up its processor time, 0 for any, SIGXCPU ends it. Throws Error
// "scan.program" when it can't be started.
ProcessResult run_process(const std::vector<std::string>& command, const std::string& input,
                          std::chrono::milliseconds timeout,
                          std::chrono::seconds processor_time = {});

}  // namespace strata
