#include "anticheat/rules/rules.h"

namespace strata {

// Parents compute nothing but plumbing and arithmetic.
void check_compute(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    const auto look = [&](const facts::Expression& expression) {
      if (expression.kind != facts::ExpressionKind::kCall) return;
      const CallRole role = role_of(context, expression);
      const bool in_place = role.name.ends_with('_') || role.name.ends_with("=") ||
                            role.name.ends_with("_out") || role.name.ends_with("_outf");
      if (role.kind == CallKind::kOperator && !in_place) {
        report(context, "compute", expression.place, expression.text,
               "'" + role.name + "' computes", expression.callee);
      }
    };
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
