#include <algorithm>

#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

// Every child that is made is called, and a list of children in full.
void check_child_not_called(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const Construction construction = construct(*model);
  const Flow flow = trace(context, *forward, construction.known);
  for (const Uncalled& child : uncalled_children(*model, construction, flow.children)) {
    report(context, "child-not-called", child.member->place, child.member->name, child.problem,
           child.member->type.class_name);
  }
  // A model that only moves data has none; then the ledger says so.
  const bool childless =
      std::none_of(model->members.begin(), model->members.end(), [](const facts::Member& member) {
        return member.type.kind == facts::TypeKind::kChild ||
               member.type.kind == facts::TypeKind::kChildList;
      });
  if (childless && !context.file.arithmetic)
    report(context, "child-not-called", model->place, model->name, "a parent without children");
}

}  // namespace strata
