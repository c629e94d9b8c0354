#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

#include <set>

namespace strata {

namespace {

bool is_in_place(const std::string& callee) {
  const std::string name = callee.substr(callee.rfind(':') + 1);
  if (name == "operator==" || name == "operator!=" || name == "operator<=" ||
      name == "operator>=" || name == "operator=")
    return false;
  return (name.ends_with('_') && !name.ends_with("__")) || name.ends_with("_out") ||
         name.ends_with("_outf") || (name.starts_with("operator") && name.ends_with('=')) ||
         name == "operator++" || name == "operator--";
}

// What a kernel made itself it may write to, and a flat original to its own buffers.
std::set<const facts::Expression*> writes_to_locals(const RuleContext& context,
                                                    const facts::Class& owner,
                                                    const facts::Function& function) {
  std::set<const facts::Expression*> calls;
  if (!is_kernel(context.file.profile) || function.is_constructor) return calls;
  for (const Flow::Write& write : trace(context, owner, function).writes) {
    const bool own_buffer =
        write.root.target == WriteTarget::kMember && context.file.profile == Profile::kFlat;
    if (write.root.target == WriteTarget::kLocal || own_buffer) calls.insert(write.call);
  }
  return calls;
}

}  // namespace

// Writing into a tensor changes what others hold of it: inputs, weights, another child's result.
void check_in_place(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    const std::set<const facts::Expression*> own = writes_to_locals(context, *owner, function);
    visit_expressions(function.body, [&](const facts::Expression& call) {
      if (call.kind != facts::ExpressionKind::kCall) return;
      const bool tensor = call.callee.starts_with("at::");
      const std::string name = operator_name(context.policy, call.callee, call.operands.size());
      const bool in_ledger = is_in_ledger(context, name);
      if (tensor && is_in_place(call.callee) && !in_ledger && !own.contains(&call)) {
        report(context, "in-place", call.place, call.text, "writes into a tensor", call.callee);
      }
      // x[0] = y copies into x.
      if (call.callee == "at::Tensor::operator=" && !call.operands.empty() &&
          call.operands[0].kind == facts::ExpressionKind::kCall) {
        report(context, "in-place", call.place, call.text, "writes into a part of a tensor",
               call.callee);
      }
    });
  });
}

}  // namespace strata
