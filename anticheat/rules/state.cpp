#include <set>

#include "anticheat/rules/rules.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;

// The variables whose value, or a part of it, an expression is.
void add_named(const Expression& expression, std::set<int>& variables) {
  static const std::set<std::string> picks = {
      "std::vector::operator[]", "std::vector::at", "std::vector::front",
      "std::vector::back",       "std::get",        "std::move"};
  if (expression.kind == ExpressionKind::kVariable) variables.insert(expression.variable);
  if (picks.contains(expression.callee) && !expression.operands.empty())
    add_named(expression.operands[0], variables);
  if (expression.kind == ExpressionKind::kConditional) {
    add_named(expression.operands[1], variables);
    add_named(expression.operands[2], variables);
  }
}

// Local variables that are given new values after they were made.
std::set<int> changed_variables(const facts::Function& function) {
  std::set<int> changed;
  visit_expressions(function.body, [&](const Expression& call) {
    const bool grows =
        call.callee == "std::vector::push_back" || call.callee == "std::vector::pop_back";
    if (call.operands.empty() || (!assigns(call) && !grows)) return;
    add_named(call.operands[0], changed);
    if (call.operands[0].callee != "std::tie") return;
    for (const Expression& part : call.operands[0].operands) add_named(part, changed);
  });
  return changed;
}

// A reference to what is given a new value changes with it.
void check_references(const RuleContext& context, const facts::Function& function) {
  const std::set<int> changed = changed_variables(function);
  visit(function.body, [&](const facts::Statement& statement) {
    if (statement.kind != facts::StatementKind::kDeclare || statement.operands.empty()) return;
    if (!function.variables[static_cast<std::size_t>(statement.variables[0])].is_reference) return;
    std::set<int> named;
    add_named(statement.operands[0], named);
    for (const int variable : named) {
      if (!changed.contains(variable)) continue;
      report(context, "state", statement.place, statement.text,
             "a reference to something that is given a new value");
      return;
    }
  });
}

// Several outputs are put into variables at once; kept, std::tie would be references to them.
void check_ties(const RuleContext& context, const facts::Function& function) {
  std::set<const Expression*> targets;
  visit_expressions(function.body, [&](const Expression& call) {
    if (call.callee == "std::tuple::operator=" && !call.operands.empty())
      targets.insert(&call.operands[0]);
    if (call.callee == "std::tie" && !targets.contains(&call))
      report(context, "state", call.place, call.text, "keeps references to variables");
  });
}

// What is moved out of a member is gone in the next call.
void check_moves(const RuleContext& context, const facts::Function& function) {
  visit_expressions(function.body, [&](const Expression& call) {
    if (call.callee == "std::move" && !call.operands.empty() &&
        call.operands[0].kind == ExpressionKind::kMember)
      report(context, "state", call.place, call.text, "moves a member away", call.callee);
  });
}

}  // namespace

// Between two calls of forward nothing may change: only local tensors are given new values.
void check_state(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr || function.is_constructor) return;
    check_references(context, function);
    check_ties(context, function);
    check_moves(context, function);
    visit_expressions(function.body, [&](const Expression& expression) {
      if (expression.kind != ExpressionKind::kCall || !assigns(expression) ||
          expression.operands.empty())
        return;
      const Expression& target = expression.operands[0];
      if (expression.callee == "at::Tensor::operator=" && target.kind == ExpressionKind::kCall)
        return;  // in-place
      if (expression.callee == "std::tuple::operator=" && target.callee == "std::tie") return;
      const bool local =
          target.kind == ExpressionKind::kVariable &&
          !function.variables[static_cast<std::size_t>(target.variable)].type.writable_reference &&
          is_tensor_like(target.type);
      if (!local) {
        report(context, "state", expression.place, expression.text,
               "gives a new value to something other than a local tensor", expression.callee);
      }
    });
    visit_expressions(function.body, [&](const Expression& expression) {
      if (expression.callee != "std::tie") return;
      for (const Expression& part : expression.operands) {
        if (part.kind == ExpressionKind::kVariable) continue;
        report(context, "state", part.place, part.text,
               "gives a new value to something other than a local tensor");
      }
    });
  });
}

}  // namespace strata
