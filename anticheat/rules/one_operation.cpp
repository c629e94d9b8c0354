#include "anticheat/rules/operands.h"
#include "anticheat/rules/rules.h"

namespace strata {

// A kernel is one logical operation. Without a ledger: at most one call that is neither plumbing
// nor elementwise.
void check_one_operation(const RuleContext& context) {
  if (context.file.profile != Profile::kCatalogueL0 || context.file.operators) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  int operations = 0;
  visit_expressions(forward->body, [&](const facts::Expression& call) {
    if (call.kind != facts::ExpressionKind::kCall) return;
    const CallRole role = role_of(context, call);
    // Indexing by a tensor is an operation of its own.
    const bool gathers = role.kind == CallKind::kPlumbing && is_index(context, call) &&
                         !operand_problem(context, call).empty();
    const bool light = is_listed(context.policy.elementwise, role.name) ||
                       is_listed(context.policy.factories, role.name);
    if (!gathers && (role.kind != CallKind::kOperator || light)) return;
    if (++operations > 1)
      report(context, "one-operation", call.place, call.text,
             "a second operation, '" + role.name + "'", call.callee);
  });
}

}  // namespace strata
