#pragma once

#include <set>

#include "anticheat/rules/rule.h"

namespace strata {

// Where a kernel chooses between the two branches of a cond that its ledger has:
// `if (predicate.item<bool>()) { ... } else { ... }`. As many as the ledger has, from the first on;
// any other branch on data is none of them.
struct LedgerConds {
  std::set<const facts::Statement*> choices;
  std::set<const facts::Expression*> conditions;
};
LedgerConds ledger_conds(const RuleContext& context, const facts::Function& function);

// How many conds the ledger gives to the file.
int conds_in_ledger(const facts::File& file);

}  // namespace strata
