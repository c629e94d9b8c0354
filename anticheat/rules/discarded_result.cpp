#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

bool is_random(const Policy& policy, const std::string& name) {
  return is_danger(policy, "random", "at::" + name) ||
         is_danger(policy, "random", "at::Tensor::" + name);
}

// A child that by its ledger draws random numbers and does nothing else. What follows draws others
// without it.
bool only_draws(const RuleContext& context, const facts::Expression& call) {
  const facts::File* file = facts::file_of(context.project, call.callee_file);
  if (file == nullptr || !file->operators) return false;
  int draws = 0;
  for (const auto& [name, count] : *file->operators) {
    if (is_random(context.policy, name)) {
      draws += count;
    } else if (count > 0 && name != "empty") {
      return false;
    }
  }
  return draws > 0;
}

}  // namespace

// A call whose result never reaches the output is a decoy.
void check_discarded_result(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  for (const Flow::Site& site : trace(context, *model, *forward).sites) {
    const bool counts = site.role.kind == CallKind::kChild ||
                        (is_kernel(context.file.profile) && site.role.kind == CallKind::kOperator);
    const bool draw = site.role.kind == CallKind::kChild && only_draws(context, *site.call);
    if (counts && !site.reaches_output && !draw) {
      report(context, "discarded-result", site.call->place, site.call->text,
             "the result does not reach the output", site.call->callee);
    }
  }
}

}  // namespace strata
