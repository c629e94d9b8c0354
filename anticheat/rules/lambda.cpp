#include "anticheat/rules/rules.h"

namespace strata {

void check_lambda(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const auto look = [&](const facts::Expression& expression) {
    if (expression.name == "LambdaExpr") {
      report(context, "lambda", expression.place, expression.text, "a function inside a function");
    }
  };
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
