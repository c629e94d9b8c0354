#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What a process that runs a refactored component is held to, and what of it the machine can
// enforce.

namespace strata {

enum class Protection : std::uint8_t {
  kSystemCalls,    // seccomp: only calls that computing needs (system_calls.h)
  kFiles,          // Landlock: reads what it needs, writes nothing
  kLimits,         // memory, processor time, size of files, stack
  kPrivateInputs,  // it holds no descriptor of anything that the original gave or the judge reads
  kPoison,         // memory that it gets is full of NaN, and so is memory that it gives back
  kState,          // after every call LibTorch's settings and earlier outputs are as they were
  kRepeat,         // the first trial again, after all others: the same bits
};
inline constexpr Protection kProtections[] = {
    Protection::kSystemCalls, Protection::kFiles, Protection::kLimits, Protection::kPrivateInputs,
    Protection::kPoison,      Protection::kState, Protection::kRepeat};
std::string_view protection_name(Protection protection);  // "system_calls", "files", ...

// What the kernel offers.
struct KernelSupport {
  bool seccomp = false;
  int landlock = 0;  // version of its interface; 0: none
};
KernelSupport kernel_support();

struct Isolation {
  std::uint64_t memory_bytes = std::uint64_t{8} << 30;  // beyond its weights
  bool weak = false;  // go on without what the kernel does not offer, and say so in the report
  KernelSupport kernel;
  std::set<Protection> off;  // for tests, which show that each one is needed
};

// All protections, on this machine. Asks the kernel, which a confined process may not.
Isolation isolation_here();

// A protection that is not there, and why.
struct Unprotected {
  Protection protection = Protection::kSystemCalls;
  std::string why;
};

// What this machine does not enforce. Throws Error{"isolation.seccomp"} or
// Error{"isolation.landlock"} when there is any such and `weak` was not asked for.
std::vector<Unprotected> unprotected(const Isolation& isolation);

// Whether it is on: neither switched off nor out of the kernel's reach.
bool is_on(const Isolation& isolation, Protection protection);

// {"enforced": [...], "not_enforced": [{"protection", "why"}]}
nlohmann::json to_json(const Isolation& isolation);

}  // namespace strata
