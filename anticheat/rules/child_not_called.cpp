#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

// Every child that is made is called, and a list of children in full.
void check_child_not_called(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const Flow flow = trace(context, *model, *forward);
  const auto lengths = list_lengths(*model);
  int children = 0;
  for (const facts::Member& member : model->members) {
    if (member.type.kind == facts::TypeKind::kChild) {
      ++children;
      if (!flow.members_called.contains(member.name)) {
        report(context, "child-not-called", member.place, member.name,
               "forward never calls '" + member.name + "'", member.type.class_name);
      }
    } else if (member.type.kind == facts::TypeKind::kChildList) {
      ++children;
      if (flow.lists_called.contains(member.name)) continue;
      const auto length = lengths.find(member.name);
      const auto called = flow.elements_called.find(member.name);
      const int count =
          called == flow.elements_called.end() ? 0 : static_cast<int>(called->second.size());
      if (length == lengths.end() || length->second < 0 || count < length->second) {
        report(
            context, "child-not-called", member.place, member.name,
            "forward calls " + std::to_string(count) + " of the children in '" + member.name + "'",
            member.type.class_name);
      }
    }
  }
  // A model that only moves data has none; then the ledger says so.
  if (children == 0 && !context.file.arithmetic)
    report(context, "child-not-called", model->place, model->name, "a parent without children");
}

}  // namespace strata
