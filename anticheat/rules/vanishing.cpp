#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

// A factor made from shapes by differences, remainders or whole quotients may be zero at just these
// shapes.
bool counts_from_shapes(const RuleContext& context, const facts::Expression& number) {
  bool difference = false;
  bool shape = false;
  visit(number, [&](const facts::Expression& part) {
    const bool whole = part.type.kind == facts::TypeKind::kInteger;
    difference = difference || part.callee == "builtin -" || part.callee == "builtin %" ||
                 (part.callee == "builtin /" && whole);
    shape = shape || role_of(context, part).kind == CallKind::kShapeQuery;
  });
  return difference && shape;
}

}  // namespace

// Products with zero or next to it, differences of a value and itself, powers of zero: a child that
// is called and then wiped out. The original may do so itself; what is no more than that is no cut.
void check_vanishing(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const auto vanishing = trace(context, *model, *forward).vanishing;
  if (vanishing.size() > static_cast<std::size_t>(context.file.vanishing)) {
    for (const auto& [call, why] : vanishing)
      report(context, "vanishing", call->place, call->text, why, call->callee);
  }
  visit_expressions(forward->body, [&](const facts::Expression& call) {
    if (call.kind != facts::ExpressionKind::kCall ||
        role_of(context, call).kind != CallKind::kArithmetic)
      return;
    for (const facts::Expression& operand : call.operands) {
      if (!is_tensor_like(operand.type) && counts_from_shapes(context, operand)) {
        report(context, "vanishing", operand.place, operand.text,
               "a number that may be zero at these shapes", call.callee);
      }
    }
  });
}

}  // namespace strata
