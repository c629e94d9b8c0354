#include "verifier/contradiction.h"

#include <algorithm>

namespace strata {

using nlohmann::json;

bool is_contradicted(const std::vector<Outcome>& outcomes) {
  return outcomes.size() >= 2 && outcomes[1].ending == Ending::kFinished &&
         outcomes[1].result.value("contradiction", false);
}

bool ran_the_same(const json& trials, const json& probe) {
  if (!probe.contains("operations")) return true;
  const json& before = trials.at("operations");
  const json& now = probe.at("operations");
  const auto ran_before = [&](const char* side) {
    return std::ranges::find(before.at(side), now.at(side)) != before.at(side).end();
  };
  return ran_before("refactored") || !ran_before("original");
}

std::vector<std::string> contradicting_probes(const json& trials, const json& further) {
  std::vector<std::string> names;
  if (!trials.at("proof").at("proved").get<bool>()) return names;
  for (const json& probe : further.at("probes")) {
    const bool compared = probe.contains("operations");
    if (compared && probe.at("outcome") == "differs" && ran_the_same(trials, probe))
      names.push_back(probe.at("name"));
  }
  return names;
}

}  // namespace strata
