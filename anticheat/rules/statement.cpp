#include "anticheat/rules/conds.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

// Equal layers in a row, in a flat file: a loop over a constant range.
bool is_rolled(const RuleContext& context, const facts::Statement& statement) {
  return context.file.profile == Profile::kFlat && statement.kind == facts::StatementKind::kCount;
}

bool returns(const facts::Statement& statement) {
  bool found = false;
  visit(statement, [&](const facts::Statement& part) {
    found = found || part.kind == facts::StatementKind::kReturn;
  });
  return found;
}

// What comes after a return never runs, and a return inside a loop leaves out the rest of its
// children.
void check_returns(const RuleContext& context, const facts::Statement& statement) {
  using facts::StatementKind;
  const bool loop =
      statement.kind == StatementKind::kForEach || statement.kind == StatementKind::kCount;
  if (loop && returns(statement)) {
    report(context, "statement", statement.place, statement.text, "a return inside a loop");
  }
  if (statement.kind != StatementKind::kBlock) return;
  bool returned = false;
  for (const facts::Statement& part : statement.bodies) {
    if (returned) report(context, "statement", part.place, part.text, "this comes after a return");
    returned = returned || part.kind == StatementKind::kReturn;
  }
}

}  // namespace

// Straight lines of declarations, assignments, child calls and one return; kernels have no loops,
// and no branches but the conds of their ledger.
void check_statement(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  using facts::StatementKind;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    const LedgerConds conds = ledger_conds(context, function);
    visit(function.body, [&](const facts::Statement& statement) {
      check_returns(context, statement);
      const StatementKind kind = statement.kind;
      const bool branches = kind == StatementKind::kIf || kind == StatementKind::kCount ||
                            kind == StatementKind::kForEach;
      if (kind == StatementKind::kOther) {
        report(context, "statement", statement.place, statement.text,
               "this form of statement (" + statement.name + ")");
      } else if (branches && is_kernel(context.file.profile) && !is_rolled(context, statement) &&
                 !conds.choices.contains(&statement)) {
        report(context, "statement", statement.place, statement.text,
               "a kernel is a straight line");
      } else if (kind == StatementKind::kDeclare) {
        for (const int index : statement.variables) {
          const facts::Variable& variable = function.variables[static_cast<std::size_t>(index)];
          using facts::TypeKind;
          const TypeKind type = variable.type.kind;
          const bool number = type == TypeKind::kInteger || type == TypeKind::kReal ||
                              type == TypeKind::kBoolean || type == TypeKind::kDtype ||
                              type == TypeKind::kSizes;
          if (!is_tensor_like(variable.type) && !number) {
            report(context, "statement", variable.place, statement.text,
                   "a local variable of type " + variable.type.name);
          }
        }
      } else if (kind == StatementKind::kExpression && !statement.operands.empty()) {
        const CallRole role = role_of(context, statement.operands[0]);
        const bool pure = statement.operands[0].kind != facts::ExpressionKind::kCall ||
                          role.kind == CallKind::kNumber || role.kind == CallKind::kShapeQuery;
        if (pure)
          report(context, "statement", statement.place, statement.text,
                 "a statement without effect");
      }
    });
  });
}

}  // namespace strata
