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

// The calls, in order, of `calls` that `others` does not make as often.
std::vector<const TracedCall*> unmatched(const std::vector<TracedCall>& calls,
                                         const std::vector<TracedCall>& others, bool live_only) {
  std::unordered_map<std::string, int> available;
  for (const TracedCall& call : others) ++available[call.number];
  std::vector<const TracedCall*> result;
  for (const TracedCall& call : calls) {
    if (live_only && !call.live) continue;
    if (--available[call.number] < 0) result.push_back(&call);
  }
  return result;
}

std::size_t shared_arguments(const TracedCall& first, const TracedCall& second) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(first.arguments.size(), second.arguments.size()); ++i)
    count += first.arguments[i] == second.arguments[i] ? 1 : 0;
  return count;
}

// The call that most likely was meant to be this one: the same operator with the most equal
// arguments, else the first.
const TracedCall& counterpart(const TracedCall& call,
                              const std::vector<const TracedCall*>& others) {
  const TracedCall* best = nullptr;
  for (const TracedCall* other : others) {
    if (other->operation != call.operation) continue;
    if (best == nullptr || shared_arguments(*other, call) > shared_arguments(*best, call))
      best = other;
  }
  return best != nullptr ? *best : *others.front();
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
  const std::vector<const TracedCall*> missing = unmatched(original.calls, subject.calls, true);
  const std::vector<const TracedCall*> extra = unmatched(subject.calls, original.calls, false);
  if (missing.empty() && extra.empty()) return {};
  if (missing.empty()) {
    return more_often(*extra.front(), subject, original, "the refactored component",
                      "the original");
  }
  if (extra.empty()) {
    return more_often(*missing.front(), original, subject, "the original",
                      "the refactored component");
  }
  const TracedCall& wanted = counterpart(*extra.front(), missing);
  if (wanted.operation == extra.front()->operation)
    return differing_argument(wanted, *extra.front());
  return fmt::format("the refactored component calls {}; the original calls {}",
                     words(*extra.front()), words(wanted));
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
