#include "anticheat/rules/operands.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

// Of the view that a kernel takes, too, the place must be no value: its size would tell it.
bool tells_a_value(const RuleContext& context, const facts::Expression& call,
                   const std::string& problem) {
  return role_of(context, call).kind == CallKind::kPlumbing &&
         problem.ends_with("must be a number, not a tensor");
}

}  // namespace

// Plumbing and arithmetic take tensors where the policy says so, and numbers everywhere else.
void check_tensor_operand(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const bool parent = context.file.profile == Profile::kParent;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    visit_expressions(function.body, [&](const facts::Expression& call) {
      if (call.kind != facts::ExpressionKind::kCall || is_index(context, call)) return;
      const std::string problem = operand_problem(context, call);
      if (parent ? !problem.empty() : tells_a_value(context, call, problem))
        report(context, "tensor-operand", call.place, call.text, problem, call.callee);
    });
  });
}

}  // namespace strata
