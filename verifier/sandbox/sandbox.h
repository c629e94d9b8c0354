#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/sandbox/isolation.h"

namespace strata {

// What a process that is about to run a refactored component needs.
struct SandboxNeeds {
  std::vector<std::filesystem::path> readable;  // the compiled component, the archive
  std::uint64_t weights_bytes = 0;
  std::chrono::milliseconds time{0};  // wall clock; its parent watches that one
  int threads = 1;
};

// Confines this process, for good: no new privileges, limits, files, system calls. Call it before
// any code that is not ours is loaded. Returns to_json(isolation) with an entry "limits". Throws
// Error{"isolation. ..."} when the kernel refuses what `isolation.kernel` says it offers.
nlohmann::json enter_sandbox(const Isolation& isolation, const SandboxNeeds& needs);

}  // namespace strata
