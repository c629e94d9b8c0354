#include "anticheat/rules/construction.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

bool calls_child(const RuleContext& context, const facts::Statement& body) {
  bool found = false;
  visit_expressions(body, [&](const facts::Expression& expression) {
    if (expression.kind == facts::ExpressionKind::kCall &&
        role_of(context, expression).kind == CallKind::kChild)
      found = true;
  });
  return found;
}

bool has_known_end(const facts::Class& owner, const facts::Function& function,
                   const facts::Expression& end) {
  // How many children to make may be one of the constructor's numbers.
  const bool setting =
      end.kind == facts::ExpressionKind::kVariable || end.kind == facts::ExpressionKind::kMember;
  if (function.is_constructor && setting) return end.type.kind == facts::TypeKind::kInteger;
  return number_of(construct(owner).known, end) ||
         (end.callee == "std::vector::size" && !end.operands.empty() &&
          end.operands[0].kind == facts::ExpressionKind::kMember);
}

}  // namespace

// Loops run over children: a loop over anything else would be a kernel written by hand.
void check_loop(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    visit(function.body, [&](const facts::Statement& statement) {
      std::string problem;
      if (statement.kind == facts::StatementKind::kForEach) {
        const facts::Expression& range = statement.operands[0];
        if (range.kind != facts::ExpressionKind::kMember ||
            range.type.kind != facts::TypeKind::kChildList) {
          problem = "the loop is not over a list of children";
        }
      } else if (statement.kind == facts::StatementKind::kCount) {
        if (!statement.operands[0].value ||
            !has_known_end(*owner, function, statement.operands[1])) {
          problem = "the loop's bounds are not constant";
        }
      } else {
        return;
      }
      if (problem.empty() && !function.is_constructor && context.file.profile == Profile::kParent &&
          !calls_child(context, statement.bodies[0])) {
        problem = "the loop calls no child";
      }
      if (!problem.empty()) report(context, "loop", statement.place, statement.text, problem);
    });
  });
}

}  // namespace strata
