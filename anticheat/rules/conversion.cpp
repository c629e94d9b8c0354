#include "anticheat/rules/rules.h"

namespace strata {

// Objects that are made, by hand or by a silent conversion.
void check_conversion(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const auto is_allowed = [&](const std::string& name) {
    return is_listed(context.policy.value_classes, name) ||
           (is_kernel(context.file.profile) &&
            is_listed(context.policy.kernel_value_classes, name));
  };
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    const auto look = [&](const facts::Expression& made) {
      if (made.kind != facts::ExpressionKind::kConstruct || is_allowed(made.callee)) return;
      if (role_of(context, made).kind == CallKind::kDanger) return;
      report(context, "conversion", made.place, made.text, "makes a " + made.callee, made.callee);
    };
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
