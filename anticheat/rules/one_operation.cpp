#include <algorithm>
#include <optional>
#include <vector>

#include "anticheat/rules/flow.h"
#include "anticheat/rules/flow_plumbing.h"
#include "anticheat/rules/operands.h"
#include "anticheat/rules/rules.h"

namespace strata {
namespace {

using facts::Expression;

// What a kernel without a ledger calls, sorted by how much of an operation it is.
struct Operations {
  std::vector<const Expression*> heavy;  // neither plumbing nor elementwise
  std::vector<const Expression*> activations;
  bool moves = false;  // plumbing that is more than a copy
};

Operations operations_of(const RuleContext& context, const facts::Function& forward) {
  Operations found;
  visit_expressions(forward.body, [&](const Expression& call) {
    if (call.kind != facts::ExpressionKind::kCall) return;
    const CallRole role = role_of(context, call);
    // Indexing by a tensor is an operation of its own.
    const bool gathers = role.kind == CallKind::kPlumbing && is_index(context, call) &&
                         !operand_problem(context, call).empty();
    const bool light = is_listed(context.policy.elementwise, role.name) ||
                       is_listed(context.policy.factories, role.name);
    if (gathers || (role.kind == CallKind::kOperator && !light)) found.heavy.push_back(&call);
    if (role.kind == CallKind::kPlumbing) found.moves = found.moves || !copies(role.name);
    if (role.kind == CallKind::kOperator && is_listed(context.policy.activations, role.name))
      found.activations.push_back(&call);
  });
  return found;
}

// The dimensions that a reduction sums up over and keeps; nullopt for anything else.
std::optional<std::vector<double>> kept_dimensions(const RuleContext& context,
                                                   const KnownNumbers& known,
                                                   const Expression& call) {
  const auto entry = context.policy.reductions.find(role_of(context, call).name);
  if (entry == context.policy.reductions.end()) return std::nullopt;
  const auto keeps = static_cast<std::size_t>(entry->second);
  if (keeps >= call.operands.size() || number_of(known, call.operands[keeps]) != 1.0)
    return std::nullopt;
  return numbers_in(known, call.operands[1]);
}

// A norm or a softmax, written out: sums over the same dimensions, and nothing that moves data
// between them, so that none can be another one's product.
bool is_norm(const RuleContext& context, const KnownNumbers& known, const Operations& operations) {
  if (operations.moves || operations.heavy.empty()) return false;
  const auto first = kept_dimensions(context, known, *operations.heavy[0]);
  return first && std::ranges::all_of(operations.heavy, [&](const Expression* call) {
           return kept_dimensions(context, known, *call) == first;
         });
}

}  // namespace

// A kernel is one logical operation. Without a ledger: at most one call that is neither plumbing
// nor elementwise, and no activation beside it.
void check_one_operation(const RuleContext& context) {
  if (context.file.profile != Profile::kCatalogueL0 || context.file.operators) return;
  const facts::Class* model = model_of(context.file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return;
  const KnownNumbers known = construct(*model).known;
  Operations operations = operations_of(context, *forward);
  if (is_norm(context, known, operations)) operations.heavy.resize(1);
  for (const Expression* sum : trace(context, *forward, known).unrolled)
    operations.heavy.push_back(sum);
  const auto refuse = [&](const Expression& call) {
    report(context, "one-operation", call.place, call.text,
           "a second operation, '" + role_of(context, call).name + "'", call.callee);
  };
  for (std::size_t i = 1; i < operations.heavy.size(); ++i) refuse(*operations.heavy[i]);
  if (operations.heavy.empty()) return;
  for (const Expression* call : operations.activations) refuse(*call);
}

}  // namespace strata
