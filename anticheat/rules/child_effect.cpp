#include "anticheat/rules/child_effect.h"

#include "anticheat/rules/flow.h"

namespace strata {

namespace {

int uses_of(int variable, const facts::Function& function) {
  int uses = 0;
  visit_expressions(function.body, [&](const facts::Expression& expression) {
    const bool same = expression.kind == facts::ExpressionKind::kVariable;
    if (same && expression.variable == variable) ++uses;
  });
  return uses;
}

}  // namespace

ChildEffect effect_of(const RuleContext& context, const std::string& class_file) {
  ChildEffect effect;
  const facts::File* file = facts::file_of(context.project, class_file);
  const facts::Class* model = file == nullptr || file == &context.file ? nullptr : model_of(*file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return effect;
  const RuleContext child{context.project, *file, context.policy, context.findings};
  const Flow flow = trace(child, *model, *forward);
  for (const Flow::Write& write : flow.writes) {
    if (!write.root.is_view) continue;
    if (write.root.target == WriteTarget::kMember) effect.changes_buffer = true;
    if (write.root.target != WriteTarget::kInput) continue;
    effect.written.insert(write.root.variable);
    if (write.overwrites && write.root.is_whole && uses_of(write.root.variable, *forward) == 1)
      effect.overwritten.insert(write.root.variable);
  }
  effect.returned = flow.returned_input;
  return effect;
}

}  // namespace strata
