#include <set>

#include "anticheat/rules/conds.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::Function;

// The expression that a local number was made from, or null.
const Expression* origin_of(const Function& function, int variable) {
  const Expression* found = nullptr;
  visit(function.body, [&](const facts::Statement& statement) {
    if (statement.kind != facts::StatementKind::kDeclare || statement.operands.empty()) return;
    for (const int index : statement.variables) {
      if (index == variable) found = &statement.operands[0];
    }
  });
  return found;
}

// Known before forward is called: literals and the constructor's numbers; not a loop's counter.
bool is_setting(const RuleContext& context, const Function& function,
                const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      return true;
    case ExpressionKind::kMember:
      return expression.type.kind == facts::TypeKind::kBoolean ||
             expression.type.kind == facts::TypeKind::kInteger ||
             expression.type.kind == facts::TypeKind::kReal ||
             expression.type.kind == facts::TypeKind::kChild;  // whether it was made
    case ExpressionKind::kVariable: {
      const auto& variable = function.variables[static_cast<std::size_t>(expression.variable)];
      if (variable.is_parameter) return function.is_constructor;
      const Expression* origin = origin_of(function, expression.variable);
      return origin != nullptr && is_setting(context, function, *origin);
    }
    case ExpressionKind::kCall: {
      if (role_of(context, expression).kind != CallKind::kNumber) return false;
      bool all = true;
      for (const Expression& operand : expression.operands)
        all = all && is_setting(context, function, operand);
      return all;
    }
    default:
      return false;
  }
}

// Operators on numbers whose result is a choice, wherever it is used: x * (n == 2).
bool is_comparison(const std::string& callee) {
  static const std::set<std::string> choices = {
      "builtin <",  "builtin >", "builtin <=", "builtin >=", "builtin ==",
      "builtin !=", "builtin !", "builtin &&", "builtin ||"};
  return choices.contains(callee);
}

}  // namespace

// Branches on the component's settings, never on tensors, shapes, modes or counts, but where a
// kernel's ledger has a cond.
void check_control_flow(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    const LedgerConds conds = ledger_conds(context, function);
    const auto refuse = [&](const Expression& condition) {
      if (conds.conditions.contains(&condition)) return;
      report(context, "control-flow", condition.place, condition.text,
             "the branch depends on more than settings", condition.callee);
    };
    visit(function.body, [&](const facts::Statement& statement) {
      if (statement.kind == facts::StatementKind::kIf &&
          !is_setting(context, function, statement.operands[0])) {
        refuse(statement.operands[0]);
      }
    });
    visit_expressions(function.body, [&](const Expression& expression) {
      const bool chooses = expression.kind == ExpressionKind::kConditional;
      const bool compares = is_comparison(expression.callee);
      if (chooses && !is_setting(context, function, expression.operands[0]))
        refuse(expression.operands[0]);
      if (compares && !is_setting(context, function, expression)) refuse(expression);
    });
  });
}

}  // namespace strata
