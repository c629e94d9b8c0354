#pragma once

#include <optional>
#include <set>
#include <string>

#include "anticheat/rules/rule.h"

namespace strata {

// What a call of a class's forward does besides giving a new result. Inputs are counted from 0.
struct ChildEffect {
  bool changes_buffer =
      false;                  // of it or of a child of it: it matters even where nothing else does
  std::set<int> written;      // inputs that it writes into
  std::set<int> overwritten;  // those of which it reads nothing and leaves nothing
  std::optional<int> returned;  // the input that its result is a view of
};

ChildEffect effect_of(const RuleContext& context, const std::string& class_file);

}  // namespace strata
