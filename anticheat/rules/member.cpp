#include "anticheat/rules/rules.h"

namespace strata {

namespace {

bool is_given_a_value(const facts::Class& model, const facts::Member& member) {
  if (member.initialiser) return true;
  for (const facts::Function& constructor : model.constructors) {
    for (const facts::Initialiser& initialiser : constructor.initialisers) {
      if (initialiser.member == member.name) return true;
    }
    for (const facts::Statement& statement : constructor.body.bodies) {
      if (statement.kind != facts::StatementKind::kExpression) continue;
      const facts::Expression& value = statement.operands[0];
      if (value.callee == "builtin =" && value.operands[0].name == member.name) return true;
    }
  }
  return false;
}

}  // namespace

// Parents hold children, kernels hold parameters; both may hold a number that was given to the
// constructor.
void check_member(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Member& member : model->members) {
    using facts::TypeKind;
    const TypeKind kind = member.type.kind;
    const bool parent = context.file.profile == Profile::kParent;
    const bool setting =
        kind == TypeKind::kBoolean || kind == TypeKind::kInteger || kind == TypeKind::kReal;
    const bool child = kind == TypeKind::kChild || kind == TypeKind::kChildList;
    // A parent's tensors have a rule of their own.
    const bool held = parent ? child || kind == TypeKind::kTensor || kind == TypeKind::kTensorList
                             : kind == TypeKind::kTensor;
    if ((!setting && !held) || member.type.writable_reference) {
      report(context, "member", member.place, member.type.name + " " + member.name,
             "a member of type " + member.type.name +
                 " is neither a child, a parameter nor a setting");
    }
    if (setting && !is_given_a_value(*model, member)) {
      report(context, "member", member.place, member.type.name + " " + member.name,
             "a setting that is never given a value");
    }
  }
}

}  // namespace strata
