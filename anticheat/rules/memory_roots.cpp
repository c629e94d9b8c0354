#include "anticheat/rules/memory_roots.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;

bool writes(const CallRole& role) { return role.name.ends_with('_') && !role.name.ends_with("__"); }

void MemoryRoots::append(int list, const Expression& element) {
  const MemoryRoot pushed = root_of(element, list);
  if (pushed.target != WriteTarget::kLocal) roots_[list] = pushed;
}

MemoryRoot MemoryRoots::root_of(const Expression& expression, int holder) const {
  if (expression.kind == ExpressionKind::kVariable) {
    const auto known = roots_.find(expression.variable);
    return known == roots_.end() ? MemoryRoot{WriteTarget::kLocal, expression.variable}
                                 : known->second;
  }
  if (expression.kind == ExpressionKind::kMember) return {WriteTarget::kMember, -1};
  const CallRole role =
      expression.kind == ExpressionKind::kCall ? role_of(context_, expression) : CallRole{};
  const bool same = role.kind == CallKind::kPlumbing || writes(role) ||
                    is_listed(context_.policy.view_operators, role.name);
  if (same && !expression.operands.empty()) return root_of(expression.operands[0], holder);
  // Lists, copies and choices hold what they are made of.
  if (expression.kind != ExpressionKind::kCall || role.kind == CallKind::kStandard) {
    for (const Expression& operand : expression.operands) {
      const MemoryRoot root = root_of(operand, holder);
      if (root.target != WriteTarget::kLocal || root.variable != holder) return root;
    }
  }
  return {WriteTarget::kLocal, holder};
}

std::vector<int> MemoryRoots::holders_of(MemoryRoot root) const {
  std::vector<int> holders;
  for (const auto& [variable, other] : roots_) {
    if (other == root) holders.push_back(variable);
  }
  return holders;
}

}  // namespace strata
