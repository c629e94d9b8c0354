#include "anticheat/rules/rules.h"

namespace strata {

// get_inputs and its like describe shapes; they are one return statement of factories and numbers.
void check_input_maker(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner != nullptr) return;
    const auto refuse = [&](const Place& place, const std::string& text, const std::string& problem,
                            const std::string& callee = {}) {
      report(context, "input-maker", place, text, problem, callee);
    };
    if (!function.variables.empty()) refuse(function.place, function.name, "it takes no arguments");
    if (function.body.bodies.size() != 1 ||
        function.body.bodies[0].kind != facts::StatementKind::kReturn) {
      refuse(function.place, function.name, "it is one return statement");
    }
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.kind != facts::ExpressionKind::kCall) return;
      const bool factory = function.name == "get_inputs" &&
                           is_listed(context.policy.input_factories, expression.callee);
      const bool cast = function.name == "get_inputs" && expression.callee == "at::Tensor::to";
      if (!factory && !cast && role_of(context, expression).kind != CallKind::kNumber) {
        refuse(expression.place, expression.text, "only factories and numbers describe inputs",
               expression.callee);
      }
    });
  });
}

}  // namespace strata
