#include "anticheat/rules/operands.h"
#include "anticheat/rules/rules.h"

namespace strata {

// Plumbing and arithmetic take tensors where the policy says so, and numbers everywhere else.
void check_tensor_operand(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    visit_expressions(function.body, [&](const facts::Expression& call) {
      if (call.kind != facts::ExpressionKind::kCall || is_index(context, call)) return;
      const std::string problem = operand_problem(context, call);
      if (!problem.empty())
        report(context, "tensor-operand", call.place, call.text, problem, call.callee);
    });
  });
}

}  // namespace strata
