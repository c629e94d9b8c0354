#include "anticheat/rules/conds.h"
#include "anticheat/rules/rules.h"

namespace strata {

void check_dangers(const RuleContext& context, const char* rule, const std::string& message) {
  if (context.file.profile == Profile::kAdapter) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    const bool input_maker = owner == nullptr;
    const LedgerConds conds = ledger_conds(context, function);
    const auto look = [&](const facts::Expression& expression) {
      if (expression.callee.empty() || expression.callee_file == context.file.path) return;
      if (input_maker && is_listed(context.policy.input_factories, expression.callee)) return;
      if (function.is_constructor && is_kernel(context.file.profile) &&
          is_listed(context.policy.parameter_factories, expression.callee)) {
        return;
      }
      const CallRole role = role_of(context, expression);
      if (role.kind != CallKind::kDanger || role.name != rule) return;
      // The original's own random or uninitialised operators, and its branches, are in the ledger.
      const std::string name =
          operator_name(context.policy, expression.callee, expression.operands.size());
      if (is_in_ledger(context, name) || conds.conditions.contains(&expression)) return;
      report(context, rule, expression.place, expression.text, message, expression.callee);
    };
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
