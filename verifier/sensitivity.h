#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "verifier/backward.h"

namespace strata {

// Whether a side's results depend on an input or weight at all.
struct Sensitivity {
  double gradient = 0;        // largest |gradient| of one backward pass; 0 where none flowed
  std::optional<bool> moved;  // whether results changed when it was moved; asked only without a
                              // gradient, unknown when the move made the side throw

  bool matters() const { return gradient != 0 || moved.value_or(false); }
  bool known() const { return gradient != 0 || moved.has_value(); }
};

// By name ("input 0", tied_name), for every input that has elements and every weight in `ids`. One
// backward pass; then what has no gradient (integers, masks, buffers, detached ones) is moved,
// alone, within the range of its values. At most 64 moves; beyond them it stays unknown.
std::map<std::string, Sensitivity> sensitivities(const Graph& graph, const MakeSide& make,
                                                 const TrialData& data,
                                                 const std::vector<ParameterId>& ids,
                                                 const std::vector<ParameterId>& places,
                                                 std::uint64_t seed);

nlohmann::json to_json(const std::map<std::string, Sensitivity>& sensitivities);
// Throws Error{"runner.tensor"} for anything but what to_json writes.
std::map<std::string, Sensitivity> sensitivities_from_json(const nlohmann::json& document);

// What the original depends on and the refactored component does not: a reason each.
std::vector<std::string> lost_dependences(const std::map<std::string, Sensitivity>& original,
                                          const std::map<std::string, Sensitivity>& refactored);

}  // namespace strata
