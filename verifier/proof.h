#pragma once

#include <map>
#include <string>

#include "verifier/trace.h"

namespace strata {

// Whether two traces are the same graph of operations.
struct Proof {
  bool proved = false;
  // Where they part, in words; empty when proved. Names the first call of each side that the other
  // does not make, and the first argument in which they differ.
  std::string difference;
  // Calls per operation, for the accounts.
  std::map<std::string, int> original_operations;
  std::map<std::string, int> subject_operations;
};

// Proved: equal results and equal effects on inputs and weights, by the same calls, each as often.
// Calls of the original that nothing depends on may be left out, but the subject may make no
// others. Then subject and original are equal for all inputs and weights, whatever the numbers.
Proof prove(const Trace& original, const Trace& subject);

}  // namespace strata
