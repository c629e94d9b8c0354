#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

// Without a ledger to compare with: enough arithmetic for residuals, scales and gates, too little
// for a kernel.
void check_arithmetic_bound(const RuleContext& context) {
  if (context.file.profile != Profile::kParent || context.file.arithmetic) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const Flow flow = trace(context, *model, *forward);
  const ArithmeticBounds& bounds = context.policy.bounds;
  int count = 0;
  for (const Flow::Site& site : flow.sites) {
    if (site.role.kind == CallKind::kArithmetic) count += site.trips;
  }
  if (count > bounds.most_operations) {
    report(context, "arithmetic-bound", forward->place, forward->name,
           std::to_string(count) + " arithmetic operations; " +
               std::to_string(bounds.most_operations) + " are allowed without a ledger");
  }
  if (flow.highest_degree > bounds.highest_degree) {
    report(context, "arithmetic-bound", flow.highest->place, flow.highest->text,
           "multiplies " + std::to_string(flow.highest_degree) + " activations together; " +
               std::to_string(bounds.highest_degree) + " are allowed without a ledger",
           flow.highest->callee);
  }
  if (flow.most_cuts > bounds.most_cuts) {
    report(context, "arithmetic-bound", flow.most_cuts_at->place, flow.most_cuts_at->text,
           "adds up " + std::to_string(flow.most_cuts) + " parts of one tensor; " +
               std::to_string(bounds.most_cuts) + " are allowed without a ledger",
           flow.most_cuts_at->callee);
  }
}

}  // namespace strata
