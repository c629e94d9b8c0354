#include "verifier/proof.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

namespace strata {
namespace {

std::string words(const TracedCall& call) {
  return fmt::format("{}({})", call.operation, fmt::join(call.arguments, ", "));
}

// The first call, in order, of `calls` that `others` does not make as often; nullptr when there is
// none.
const TracedCall* first_unmatched(const std::vector<TracedCall>& calls,
                                  const std::vector<TracedCall>& others) {
  std::unordered_map<std::string, int> available;
  for (const TracedCall& call : others) ++available[call.number];
  for (const TracedCall& call : calls)
    if (--available[call.number] < 0) return &call;
  return nullptr;
}

int times(const std::vector<TracedCall>& calls, const std::string& number) {
  return static_cast<int>(std::count_if(
      calls.begin(), calls.end(), [&](const TracedCall& call) { return call.number == number; }));
}

std::string differing_argument(const TracedCall& original, const TracedCall& subject) {
  const std::size_t shared = std::min(original.arguments.size(), subject.arguments.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (original.arguments[i] != subject.arguments[i]) {
      return fmt::format("{} is called with {}; the original calls it with {}", subject.operation,
                         subject.arguments[i], original.arguments[i]);
    }
  }
  return fmt::format("{} is called on other values than in the original: {}", subject.operation,
                     words(subject));
}

std::string more_often(const TracedCall& call, const Trace& often, const Trace& seldom,
                       std::string_view who, std::string_view whom) {
  return fmt::format("{} calls {} {} times, {} {} times", who, words(call),
                     times(often.calls, call.number), whom, times(seldom.calls, call.number));
}

std::string calls_difference(const Trace& original, const Trace& subject) {
  const TracedCall* missing = first_unmatched(original.calls, subject.calls);
  const TracedCall* extra = first_unmatched(subject.calls, original.calls);
  if (missing == nullptr && extra == nullptr) return {};
  if (missing == nullptr)
    return more_often(*extra, subject, original, "the refactored component", "the original");
  if (extra == nullptr)
    return more_often(*missing, original, subject, "the original", "the refactored component");
  if (missing->operation == extra->operation) return differing_argument(*missing, *extra);
  return fmt::format("the refactored component calls {}; the original calls {}", words(*extra),
                     words(*missing));
}

std::string results_difference(const Trace& original, const Trace& subject) {
  if (original.results.size() != subject.results.size()) {
    return fmt::format("the refactored component has {} results, the original {}",
                       subject.results.size(), original.results.size());
  }
  for (std::size_t i = 0; i < original.results.size(); ++i) {
    if (original.results[i] != subject.results[i]) {
      return fmt::format("result {} is {}; the original's is {}", i, subject.results[i],
                         original.results[i]);
    }
  }
  return {};
}

std::string effects_difference(const Trace& original, const Trace& subject) {
  if (original.inputs == subject.inputs) return {};
  return fmt::format("the refactored component leaves [{}] written; the original [{}]",
                     fmt::join(subject.inputs, ", "), fmt::join(original.inputs, ", "));
}

std::map<std::string, int> counts(const Trace& trace) {
  std::map<std::string, int> result;
  for (const TracedCall& call : trace.calls) ++result[call.operation];
  return result;
}

}  // namespace

Proof prove(const Trace& original, const Trace& subject) {
  Proof proof;
  proof.original_operations = counts(original);
  proof.subject_operations = counts(subject);
  if (original.results.empty() && original.inputs.empty()) {
    proof.difference = "the original has no result and no effect, so nothing can be proved";
    return proof;
  }
  for (const auto part : {calls_difference, results_difference, effects_difference}) {
    proof.difference = part(original, subject);
    if (!proof.difference.empty()) return proof;
  }
  proof.proved = true;
  return proof;
}

}  // namespace strata
