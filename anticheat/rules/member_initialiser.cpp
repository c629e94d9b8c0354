#include "anticheat/rules/rules.h"

namespace strata {

// A member's initialiser runs where nobody looks: numbers only.
void check_member_initialiser(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Member& member : model->members) {
    if (!member.initialiser) continue;
    const facts::Expression& value = *member.initialiser;
    const bool number =
        value.kind == facts::ExpressionKind::kLiteral || value.callee.starts_with("builtin ") ||
        (value.kind == facts::ExpressionKind::kList && value.operands.size() <= 1 &&
         (value.operands.empty() || value.operands[0].kind == facts::ExpressionKind::kLiteral));
    const bool made = value.kind == facts::ExpressionKind::kConstruct;
    const bool null = made && value.callee == "std::shared_ptr" && value.operands.size() == 1 &&
                      value.operands[0].kind == facts::ExpressionKind::kLiteral;
    const bool empty = (made && value.operands.empty()) || null;
    if (!(number &&
          (value.value || value.operands.empty() || value.kind == facts::ExpressionKind::kList)) &&
        !empty) {
      report(context, "member-initialiser", member.place, value.text,
             "a member's initialiser that is not a plain number", value.callee);
    }
  }
}

}  // namespace strata
