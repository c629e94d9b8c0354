#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// Which system calls a process that runs a refactored component may make: a closed world, as data.

namespace strata {

enum class CallAnswer : std::uint8_t {
  kAllow,
  kRefuse,  // EPERM; the caller goes on
  kAbsent,  // ENOSYS, so that the C library takes another way
  kEnd,     // ends the process, which says the call's name and the reason
  kKill,    // ends it without a word
};

// When a rule applies.
enum class CallWhen : std::uint8_t {
  kAlways,
  kEquals,      // (argument & mask) == value, of its lower 32 bits
  kNull,        // argument == 0, of all its bits
  kOwnProcess,  // argument is the caller's process id
  kThreads,     // as kEquals, where threads are allowed at all
};

struct CallRule {
  int number = 0;  // SYS_...
  std::string_view name;
  CallAnswer answer = CallAnswer::kRefuse;
  std::string_view reason;  // of kEnd: "starts a process"
  CallWhen when = CallWhen::kAlways;
  int argument = 0;
  std::uint32_t mask = ~0U;
  std::uint32_t value = 0;
};

// The first rule that names a call and applies decides; a call without one is kRefuse. Static data,
// so that a signal handler may read it.
std::span<const CallRule> system_call_rules();

}  // namespace strata
