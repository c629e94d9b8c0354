#include "anticheat/policy/policy.h"

#include <algorithm>

namespace strata {

Policy default_policy() {
  Policy policy;
  policy.plumbing = plumbing_policy();
  policy.arithmetic = arithmetic_policy();
  add_standard_policy(policy);
  add_source_policy(policy);
  add_kernel_policy(policy);
  add_danger_policy(policy);
  return policy;
}

bool matches(const NameEntry& entry, std::string_view name) {
  if (entry.name.ends_with('*') && !entry.name.ends_with(" *")) {
    return name.starts_with(std::string_view(entry.name).substr(0, entry.name.size() - 1));
  }
  return entry.name == name;
}

bool is_listed(const std::vector<NameEntry>& entries, std::string_view name) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const NameEntry& entry) { return matches(entry, name); });
}

const OperatorEntry* find_operator(const std::vector<OperatorEntry>& entries,
                                   std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const OperatorEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

std::string ledger_name(const Policy& policy, std::string_view name) {
  if (const std::size_t home = name.rfind("::"); home != std::string_view::npos)
    name.remove_prefix(home + 2);
  name = name.substr(0, name.find('.'));
  return operator_name(policy, "at::" + std::string(name), 2);
}

std::string operator_name(const Policy& policy, std::string_view callee,
                          std::size_t operand_count) {
  std::string name;
  for (const std::string_view home : {"at::Tensor::", "at::TensorBase::", "at::"}) {
    if (!callee.starts_with(home)) continue;
    name = callee.substr(home.size());
    break;
  }
  if (name.empty() || name.find("::") != std::string::npos) return "";
  if (name == "operator-") return operand_count == 1 ? "neg" : "sub";
  const auto alias = policy.operator_aliases.find(name);
  return alias == policy.operator_aliases.end() ? name : alias->second;
}

}  // namespace strata
