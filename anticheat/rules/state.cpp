#include "anticheat/rules/rules.h"

namespace strata {

// Between two calls of forward nothing may change: only local tensors are given new values.
void check_state(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr || function.is_constructor) return;
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.kind != facts::ExpressionKind::kCall || !assigns(expression) ||
          expression.operands.empty())
        return;
      const facts::Expression& target = expression.operands[0];
      if (expression.callee == "at::Tensor::operator=" &&
          target.kind == facts::ExpressionKind::kCall)
        return;  // in-place
      if (expression.callee == "std::tuple::operator=" && target.callee == "std::tie") return;
      const bool local =
          target.kind == facts::ExpressionKind::kVariable &&
          !function.variables[static_cast<std::size_t>(target.variable)].type.writable_reference &&
          is_tensor_like(target.type);
      if (!local) {
        report(context, "state", expression.place, expression.text,
               "gives a new value to something other than a local tensor", expression.callee);
      }
    });
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.callee != "std::tie") return;
      for (const facts::Expression& part : expression.operands) {
        if (part.kind == facts::ExpressionKind::kVariable) continue;
        report(context, "state", part.place, part.text,
               "gives a new value to something other than a local tensor");
      }
    });
  });
}

}  // namespace strata
