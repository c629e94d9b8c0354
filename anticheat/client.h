#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "anticheat/reply.h"
#include "anticheat/request.h"

namespace strata {

// How the scanner is run. Neither Clang nor LibTorch is ever loaded into the caller's process.
struct ScanSettings {
  std::filesystem::path
      program;  // "": strata-anticheat beside the running program, else where it was built
  std::filesystem::path cache;  // "": $XDG_CACHE_HOME/strata, else ~/.cache/strata
  bool reuse = true;            // answer unchanged requests from the cache
  // Of the scanner's own work; on a loaded machine that takes longer than the clock says.
  std::chrono::seconds processor_time{120};
  std::chrono::seconds timeout{1800};       // by the clock: the scanner hangs
  std::uint64_t memory_limit = 8ULL << 30;  // bytes of address space
};

// The scanner that these settings run.
std::filesystem::path scanner_program(const ScanSettings& settings);

// Judges the files of a request and, if it names an object and nothing is wrong, compiles them in
// the same parse. Findings and parse errors are in the reply. Throws Error:
//   "scan.program"          the scanner is not there
//   "scan.could_not_check"  it crashed, ran out of time or memory, or its answer can't be read
ScanReply scan(const ScanRequest& request, const ScanSettings& settings = {});

// Likewise; the request must name an object. Where nothing is wrong it is linked to `library`, a
// shared object that loads LibTorch, and an unchanged one is answered with the library of then.
ScanReply scan_and_link(const ScanRequest& request, const std::filesystem::path& library,
                        const ScanSettings& settings = {});

// Whether scan_and_link would answer from the cache, or another process is at it. Throws Error
// "scan.file" for a file that can't be read.
bool is_answered(ScanRequest request, const ScanSettings& settings = {});

// Links objects made by scan(), and ScanReply::header_archive, into a shared object. A symbol that
// nobody has is found out when it is loaded. Throws Error "scan.link".
void link_shared(const std::vector<std::filesystem::path>& objects,
                 const std::filesystem::path& output);

}  // namespace strata
