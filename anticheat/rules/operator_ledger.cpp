#include "anticheat/rules/conds.h"
#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

// A semantic kernel holds the operators that the ledger gives to it, not more; one with a cond, not
// fewer either.
void check_operator_ledger(const RuleContext& context) {
  if (!is_kernel(context.file.profile) || !context.file.operators) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const Policy& policy = context.policy;
  OperatorCounts left;
  for (const auto& [name, count] : *context.file.operators)
    left[ledger_name(policy, name)] += count;
  const LedgerConds conds = ledger_conds(context, *forward);
  left["cond"] -= static_cast<int>(conds.choices.size());
  for (const Flow::Site& site : trace(context, *model, *forward).sites) {
    if (conds.conditions.contains(site.call)) continue;
    if (site.role.kind == CallKind::kChild || site.role.kind == CallKind::kPlumbing) continue;
    const std::string name = operator_name(policy, site.call->callee, site.call->operands.size());
    if (--left[name] < 0) {
      report(context, "operator-ledger", site.call->place, site.call->text,
             "one '" + name + "' more than the ledger gives to this kernel", site.call->callee);
    }
  }
  // A branch that isn't taken does not run, so its operators must be seen in the text.
  if (conds_in_ledger(context.file) == 0) return;
  for (const auto& [name, count] : left) {
    const bool bracket = name == "cond_then" || name == "cond_else";
    if (count <= 0 || bracket || find_operator(policy.plumbing, name) != nullptr) continue;
    report(context, "operator-ledger", forward->place, forward->name,
           "one '" + name + "' fewer than the ledger gives to this kernel, which has a cond");
  }
}

}  // namespace strata
