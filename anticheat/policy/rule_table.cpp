#include "anticheat/policy/rule_table.h"

#include <algorithm>

namespace strata {

const RuleInfo* find_rule(std::string_view id) {
  const std::vector<RuleInfo>& table = rule_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const RuleInfo& rule) { return rule.id == id; });
  return found == table.end() ? nullptr : &*found;
}

const std::vector<RuleInfo>& rule_table() {
  static const std::vector<RuleInfo> table = {};
  return table;
}

}  // namespace strata
