#include "anticheat/rules/child_effect.h"

#include "anticheat/rules/flow.h"

namespace strata {

bool has_effect(const RuleContext& context, const std::string& class_file) {
  const facts::File* file = facts::file_of(context.project, class_file);
  const facts::Class* model = file == nullptr || file == &context.file ? nullptr : model_of(*file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return false;
  const RuleContext child{context.project, *file, context.policy, context.findings};
  const Flow flow = trace(child, *model, *forward);
  for (const Flow::Write& write : flow.writes) {
    if (write.target == WriteTarget::kMember) return true;
  }
  for (const Flow::Site& site : flow.sites) {
    if (site.role.kind == CallKind::kChild && has_effect(child, site.call->callee_file))
      return true;
  }
  return false;
}

}  // namespace strata
