#include "anticheat/rules/rules.h"

namespace strata {

namespace {

bool is_local_list(const facts::Expression& expression) {
  return expression.kind == facts::ExpressionKind::kVariable &&
         expression.type.kind == facts::TypeKind::kTensorList;
}

}  // namespace

// Every call is on a list. What no list knows is refused, whatever it does.
void check_call(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;  // input-maker
    const auto look = [&](const facts::Expression& call) {
      if (call.kind != facts::ExpressionKind::kCall) return;
      const CallRole role = role_of(context, call);
      std::string problem;
      if (role.kind == CallKind::kUnknown && !call.callee.ends_with("::operator=") &&
          !call.callee.starts_with("builtin ")) {
        problem = "'" + call.callee + "' is not on the list of what may be called";
      } else if (role.kind == CallKind::kStandard) {
        const auto& listed = function.is_constructor ? context.policy.standard_construct
                                                     : context.policy.standard_forward;
        const bool register_tensor = false;
        if (!is_listed(listed, call.callee) && !register_tensor)
          problem = "'" + call.callee + "' has no place here";
        const bool grows = call.callee == "std::vector::push_back" ||
                           call.callee == "std::vector::pop_back" ||
                           call.callee == "std::vector::reserve";
        if (!function.is_constructor && grows && !is_local_list(call.operands[0])) {
          problem = "only a local list of tensors may grow or shrink in forward";
        }
      } else if (role.kind == CallKind::kChild && is_kernel(context.file.profile)) {
        problem = "a kernel has no children";
      } else if (role.kind == CallKind::kChild) {
        const facts::Expression& object = call.operands[0];
        const bool own =
            object.kind == facts::ExpressionKind::kMember ||
            object.kind == facts::ExpressionKind::kVariable ||
            (object.callee == "std::vector::operator[]" || object.callee == "std::vector::at" ||
             object.callee == "std::vector::front" || object.callee == "std::vector::back");
        if (!own) problem = "forward is called on the parent's own children";
      }
      if (!problem.empty()) report(context, "call", call.place, call.text, problem, call.callee);
    };
    visit_expressions(function.body, look);
    for (const facts::Initialiser& initialiser : function.initialisers)
      visit(initialiser.value, look);
  });
}

}  // namespace strata
