#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "anticheat/reply.h"

namespace strata {

// What the dispatcher saw outside the children of a parent, beside what the scan saw in its text.
// A consistency check: the scan and the sandbox are the boundary.
struct Witness {
  OperatorCounts scanned;  // the parent's plumbing and arithmetic, per call of forward
  OperatorCounts ran;      // operators, while none of its children was running
  std::vector<std::string> unexplained;  // ran, but not in the text: "softmax: ran 1, scanned 0"
  std::vector<std::string> missing;      // in the text, but did not run

  bool agrees() const { return unexplained.empty() && missing.empty(); }
};

// Compares the two. C++ spells some operators in words of its own: x[0] runs select, 1 - x runs
// empty_like, fill_ and sub_, contiguous() runs nothing where nothing is to do.
Witness compare_witness(const ClassFacts& scanned, const OperatorCounts& ran);

// The class of a component of this name among what was scanned; null where it is none, or no
// parent.
const ClassFacts* scanned_parent(const ScanReply& reply, const std::string& component);

// {"agrees", "scanned", "ran", "unexplained", "missing"}
nlohmann::json to_json(const Witness& witness);

}  // namespace strata
