#include "verifier/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace strata {
namespace {

// The operator that runs for what C++ writes otherwise.
std::string spelled(const std::string& name) { return name == "operator[]" ? "select" : name; }

// x.index({Slice(0, 4), 1}) runs these, as many as it takes.
constexpr std::array<std::string_view, 4> kIndexing = {"alias", "select", "slice", "unsqueeze"};

// A number on the left of - or / is made a tensor first; then the operator writes into it.
void join_number_on_the_left(OperatorCounts& ran) {
  for (const auto& [written, name] : {std::pair{"sub_", "sub"}, {"div_", "div"}}) {
    const auto found = ran.find(written);
    if (found == ran.end()) continue;
    const int count = std::min({found->second, ran["empty_like"], ran["fill_"]});
    ran[name] += count;
    for (const char* step : {written, "empty_like", "fill_"}) ran[step] -= count;
  }
}

}  // namespace

Witness compare_witness(const ClassFacts& scanned, const OperatorCounts& ran) {
  Witness witness;
  for (const OperatorCounts* counts : {&scanned.plumbing, &scanned.arithmetic}) {
    for (const auto& [name, count] : *counts) witness.scanned[name] += count;
  }
  witness.ran = ran;

  OperatorCounts expected;
  for (const auto& [name, count] : witness.scanned) expected[spelled(name)] += count;
  OperatorCounts seen = ran;
  join_number_on_the_left(seen);
  const bool indexes = expected.erase("index") > 0;
  for (const auto& [name, count] : seen) {
    const auto found = expected.find(name);
    const int explained = found == expected.end() ? 0 : found->second;
    const bool by_index = indexes && std::ranges::find(kIndexing, name) != kIndexing.end();
    if (count > explained && !by_index)
      witness.unexplained.push_back(fmt::format("{}: ran {}, scanned {}", name, count, explained));
  }
  for (const auto& [name, count] : expected) {
    const auto found = seen.find(name);
    const int times = found == seen.end() ? 0 : found->second;
    if (times < count && name != "contiguous")
      witness.missing.push_back(fmt::format("{}: ran {}, scanned {}", name, times, count));
  }
  return witness;
}

const ClassFacts* scanned_parent(const ScanReply& reply, const std::string& component) {
  const auto found = std::ranges::find(reply.classes, component + "::Model", &ClassFacts::name);
  const bool parent = found != reply.classes.end() && found->profile == Profile::kParent;
  return parent ? &*found : nullptr;
}

nlohmann::json to_json(const Witness& witness) {
  return {{"agrees", witness.agrees()},
          {"scanned", witness.scanned},
          {"ran", witness.ran},
          {"unexplained", witness.unexplained},
          {"missing", witness.missing}};
}

}  // namespace strata
