#include "anticheat/rules/rules.h"

namespace strata {

void check_foreign_member(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.kind == facts::ExpressionKind::kField) {
        report(context, "foreign-member", expression.place, expression.text,
               "'" + expression.name + "' belongs to something else", expression.callee);
      }
    });
  });
}

}  // namespace strata
