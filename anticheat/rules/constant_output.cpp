#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

#include <algorithm>

namespace strata {

namespace {

// A kernel that by its ledger makes a constant like what it is given: zeros in its order in memory.
bool makes_a_constant(const RuleContext& context) {
  if (!is_kernel(context.file.profile) || !context.file.operators) return false;
  if (context.file.operators->empty()) return false;
  return std::ranges::all_of(*context.file.operators, [&](const auto& entry) {
    return is_listed(context.policy.factories, entry.first);
  });
}

}  // namespace

// What does not depend on the inputs is a stored answer. Tables of positions have no inputs at all.
void check_constant_output(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const bool has_inputs =
      std::any_of(forward->variables.begin(), forward->variables.end(),
                  [](const facts::Variable& variable) { return variable.is_parameter; });
  if (has_inputs && !makes_a_constant(context) &&
      !trace(context, *model, *forward).output_needs_input) {
    report(context, "constant-output", forward->place, forward->name,
           "the output does not depend on the inputs");
  }
}

}  // namespace strata
