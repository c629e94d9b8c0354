#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

// A call whose result never reaches the output is a decoy.
void check_discarded_result(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  for (const Flow::Site& site : trace(context, *model, *forward).sites) {
    const bool counts = site.role.kind == CallKind::kChild ||
                        (is_kernel(context.file.profile) && site.role.kind == CallKind::kOperator);
    if (counts && !site.reaches_output) {
      report(context, "discarded-result", site.call->place, site.call->text,
             "the result does not reach the output", site.call->callee);
    }
  }
}

}  // namespace strata
