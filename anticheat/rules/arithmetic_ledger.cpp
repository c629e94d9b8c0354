#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

// a - b and rsub(b, a) are one operation.
std::string family(const std::string& name) { return name == "rsub" ? "sub" : name; }

}  // namespace

// The parent's arithmetic is that of the original, not more.
void check_arithmetic_ledger(const RuleContext& context) {
  if (context.file.profile != Profile::kParent || !context.file.arithmetic) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  OperatorCounts left;
  for (const auto& [name, count] : *context.file.arithmetic)
    left[family(ledger_name(context.policy, name))] += count;
  for (const Flow::Site& site : trace(context, *model, *forward).sites) {
    if (site.role.kind != CallKind::kArithmetic) continue;
    int& budget = left[family(site.role.name)];
    budget -= site.trips;
    if (budget < 0) {
      report(context, "arithmetic-ledger", site.call->place, site.call->text,
             "one '" + site.role.name + "' more than the original has here", site.call->callee);
    }
  }
}

}  // namespace strata
