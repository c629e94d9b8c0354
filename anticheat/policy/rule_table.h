#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata {

// What people are told about a rule; the documentation is made from it.
struct RuleInfo {
  std::string id;       // stable
  std::string summary;  // what is wrong when it fires
  std::string reason;   // why it is refused
  std::string advice;   // what to write instead
  std::string bad;      // a line that it refuses
  std::string good;     // the honest form of the same
};

// All rules, in alphabetical order.
const std::vector<RuleInfo>& rule_table();
// Null when there is no such rule.
const RuleInfo* find_rule(std::string_view id);

}  // namespace strata
