#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

// One outermost operator call of a run: what it was, and what it made.
struct CallSum {
  std::string operation;  // in the trace's canonical form
  std::string number;     // TracedCall::number
  std::string sum;        // checksum of what it made or wrote, 16 hexadecimal digits
};

// Which call of `got` each call of `expected` is, kNone where there is none: first by number, each
// as often as it stands there; what is left by the order of the operations, so that calls behind a
// wrong one, whose numbers all differ, are found too.
std::vector<std::int32_t> align_calls(const std::vector<CallSum>& expected,
                                      const std::vector<CallSum>& got);

}  // namespace strata
