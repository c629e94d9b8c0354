#include "anticheat/rules/memory_roots.h"

#include <algorithm>
#include <set>

#include "anticheat/rules/operands.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;

namespace {

// True where the answer is certainly the same memory; others may copy.
bool is_view(const RuleContext& context, const CallRole& role, const Expression& call) {
  static const std::set<std::string> views = {
      "alias",      "broadcast_to", "chunk",    "detach",    "diagonal",     "expand",
      "expand_as",  "mT",           "moveaxis", "movedim",   "narrow",       "numpy_T",
      "operator[]", "permute",      "select",   "slice",     "split",        "split_with_sizes",
      "squeeze",    "swapaxes",     "swapdims", "t",         "tensor_split", "transpose",
      "unbind",     "unflatten",    "unfold",   "unsqueeze", "view",         "view_as"};
  if (role.name == "index") return operand_problem(context, call).empty();
  return views.contains(role.name) || writes(role);
}

// True where the answer is certainly memory of its own.
bool is_copy(const CallRole& role) {
  static const std::set<std::string> copies = {"cat", "clone", "concat", "repeat", "stack"};
  return role.kind == CallKind::kPlumbing && copies.contains(role.name);
}

}  // namespace

bool same_memory(const MemoryRoot& a, const MemoryRoot& b) {
  return a.target == b.target && a.variable == b.variable;
}

bool writes(const CallRole& role) {
  static const std::set<std::string> assigning = {
      "operator+=", "operator-=", "operator*=", "operator/=",
      "operator&=", "operator|=", "operator^="};
  if (assigning.contains(role.name)) return true;
  return role.name.ends_with('_') && !role.name.ends_with("__");
}

bool overwrites(const CallRole& role) {
  return role.name == "copy_" || role.name == "fill_" || role.name == "zero_";
}

void MemoryRoots::assign(int variable, const Expression& value) {
  MemoryRoot root = root_of(value, variable);
  // A part or a copy of what it held takes the place of it: where nobody else holds that, whether
  // it is a copy makes no difference.
  const MemoryRoot own{WriteTarget::kLocal, variable};
  if (same_memory(root, own) &&
      std::ranges::all_of(holders_of(own), [&](int holder) { return holder == variable; }))
    root = own;
  roots_[variable] = root;
}

void MemoryRoots::append(int list, const Expression& element) {
  const MemoryRoot pushed = root_of(element, list);
  if (pushed.target == WriteTarget::kLocal) return;
  roots_[list] = pushed;
  roots_[list].is_view = false;  // it holds others too
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
  if (is_copy(role)) return {WriteTarget::kLocal, holder};
  const bool same = role.kind == CallKind::kPlumbing || writes(role) ||
                    is_listed(context_.policy.view_operators, role.name);
  if (same && !expression.operands.empty()) {
    MemoryRoot root = root_of(expression.operands[0], holder);
    root.is_view = root.is_view && is_view(context_, role, expression);
    root.is_whole = root.is_whole && writes(role);
    return root;
  }
  if (const auto known = results_.find(&expression); known != results_.end()) return known->second;
  // Lists, copies and choices hold what they are made of.
  if (expression.kind != ExpressionKind::kCall || role.kind == CallKind::kStandard) {
    const bool picks = role.kind == CallKind::kStandard && expression.callee != "std::make_tuple";
    for (const Expression& operand : expression.operands) {
      MemoryRoot root = root_of(operand, holder);
      if (root.target == WriteTarget::kLocal && root.variable == holder) continue;
      root.is_view = root.is_view && (picks || expression.operands.size() == 1);
      return root;
    }
  }
  return {WriteTarget::kLocal, holder};
}

std::vector<int> MemoryRoots::holders_of(MemoryRoot root) const {
  std::vector<int> holders;
  for (const auto& [variable, other] : roots_) {
    if (same_memory(other, root)) holders.push_back(variable);
  }
  return holders;
}

}  // namespace strata
