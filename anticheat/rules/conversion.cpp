#include "anticheat/rules/rules.h"

namespace strata {

// Objects that are made, by hand or by a silent conversion.
void check_conversion(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    const auto look = [&](const facts::Expression& made) {
      if (made.kind != facts::ExpressionKind::kConstruct ||
          is_listed(context.policy.value_classes, made.callee))
        return;
      if (role_of(context, made).kind == CallKind::kDanger) return;
      report(context, "conversion", made.place, made.text, "makes a " + made.callee, made.callee);
    };
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
