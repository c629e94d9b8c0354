#include "anticheat/rules/rules.h"

namespace strata {

namespace {

void look(const RuleContext& context, const facts::Expression& expression) {
  if (expression.kind == facts::ExpressionKind::kOther && expression.name != "LambdaExpr") {
    report(context, "expression", expression.place, expression.text,
           "this form of expression (" + expression.name + ")", expression.callee);
  }
  // Assignments are the rule `state`'s.
  const bool builtin =
      expression.kind == facts::ExpressionKind::kCall && expression.callee.starts_with("builtin ");
  if (builtin && !assigns(expression) &&
      !is_listed(context.policy.builtin_operators, expression.callee)) {
    report(context, "expression", expression.place, expression.text,
           "the operator " + expression.callee, expression.callee);
  }
  for (std::size_t i = 0; i < expression.operands.size(); ++i) {
    // this->register_module(...): the object of a call of the class's own.
    const bool own_call = i == 0 && expression.is_method && expression.operands[0].name == "this";
    if (!own_call) look(context, expression.operands[i]);
  }
}

}  // namespace

// Forms of expression that component files don't need: addresses, pointers to functions, casts,
// comma, throw, ...
void check_expression(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    visit(function.body, [&](const facts::Statement& statement) {
      for (const facts::Expression& operand : statement.operands) look(context, operand);
    });
    for (const facts::Initialiser& initialiser : function.initialisers)
      look(context, initialiser.value);
  });
}

}  // namespace strata
