#include "anticheat/rules/conds.h"

namespace strata {
namespace {

bool asks_for_truth(const facts::Expression& condition) {
  return condition.kind == facts::ExpressionKind::kCall && condition.callee == "at::Tensor::item" &&
         condition.type.kind == facts::TypeKind::kBoolean && condition.operands.size() == 1 &&
         condition.operands[0].kind == facts::ExpressionKind::kVariable &&
         condition.operands[0].type.kind == facts::TypeKind::kTensor;
}

}  // namespace

int conds_in_ledger(const facts::File& file) {
  if (!is_kernel(file.profile) || !file.operators) return 0;
  const auto found = file.operators->find("cond");
  return found == file.operators->end() ? 0 : found->second;
}

LedgerConds ledger_conds(const RuleContext& context, const facts::Function& function) {
  LedgerConds conds;
  auto left = static_cast<std::size_t>(conds_in_ledger(context.file));
  visit(function.body, [&](const facts::Statement& statement) {
    const bool chooses = statement.kind == facts::StatementKind::kIf &&
                         statement.bodies.size() == 2 && asks_for_truth(statement.operands[0]);
    if (!chooses || left == 0) return;
    --left;
    conds.choices.insert(&statement);
    conds.conditions.insert(&statement.operands[0]);
  });
  return conds;
}

}  // namespace strata
