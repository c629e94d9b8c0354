#include "anticheat/rules/rules.h"

namespace strata {

// Names of things outside the file: dtypes and the like, no variables.
void check_global(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.kind == facts::ExpressionKind::kConstant &&
          !is_listed(context.policy.constants, expression.name)) {
        report(context, "global", expression.place, expression.text,
               "'" + expression.name + "' is not on the list of constants", expression.name);
      }
    });
  });
}

}  // namespace strata
